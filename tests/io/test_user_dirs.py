"""The user's folders are those that `platformdirs` names."""

from __future__ import annotations

import sys

import platformdirs
import pytest

from cleaner.io import user_dirs

KINDS: dict[user_dirs.Kind, str] = {"cache": "XDG_CACHE_HOME", "config": "XDG_CONFIG_HOME", "state": "XDG_STATE_HOME"}


@pytest.mark.parametrize("home", ["/home/ada", "/home/ada/", "/", "home/ada", "", None])
@pytest.mark.parametrize("named", ["/data/x", "/data/x/", "//x", "x", " /x", "~/x", "", None])
@pytest.mark.parametrize("kind", KINDS)
def test_they_are_where_the_platform_has_them(
    kind: user_dirs.Kind, named: str | None, home: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in ((KINDS[kind], named), ("HOME", home)):
        if value is None:
            monkeypatch.delenv(variable, raising=False)
        else:
            monkeypatch.setenv(variable, value)
    try:
        expected = getattr(platformdirs, f"user_{kind}_path")("cleaner", appauthor=False)
    except RuntimeError:
        with pytest.raises(RuntimeError):
            user_dirs.of_user(kind)
    else:
        assert user_dirs.of_user(kind) == expected


@pytest.mark.parametrize(("platform", "variable"), [("win32", ""), ("darwin", ""), ("linux", "ANDROID_ROOT")])
def test_other_platforms_are_asked_about(platform: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    if variable:
        monkeypatch.setenv(variable, "/system")
    assert user_dirs._plainly("cache") is None
