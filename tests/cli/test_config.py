"""`cleaner config`: what the layers, the configuration and the environment say is in force."""

from __future__ import annotations

import json

import pytest

from tests.cli.pages import PAGE, TIDE, write
from tests.conftest import Command, tree


def test_the_project_and_the_users_folder_are_in_force(cleaner: Command) -> None:
    write(cleaner.folder, rules_d__x_toml="", conf__cleaner__rules__quay_toml=TIDE)
    (cleaner.folder / "rules.d").mkdir(exist_ok=True)
    (cleaner.folder / "rules.d/ours.toml").write_text(TIDE.replace("high tide at .{3,9}", "ferry sails again"))
    (cleaner.folder / ".cleaner.toml").write_text("disable = ['common/share/*']\n")
    env = {"XDG_CONFIG_HOME": str(cleaner.folder / "conf")}
    assert cleaner(stdin=PAGE.encode(), env=env).out.decode() == PAGE.split("\n", 2)[2]
    assert cleaner("--isolated", stdin=PAGE.encode(), env=env).out.decode() == PAGE.replace("Share this article\n", "")
    assert cleaner("--disable", "*", stdin=PAGE.encode(), env=env).out.decode() == PAGE
    answer = json.loads(cleaner("config", "--json", env=env).out)
    assert [row["from"] for row in answer["settings"] if row["name"] == "rules"] == ["shipped", "user", "project"]
    assert answer["settings"][-1] == {
        "name": "disable",
        "value": "common/share/*",
        "from": str(cleaner.folder / ".cleaner.toml"),
        "line": 1,
    }


def test_a_faulty_configuration_ends_with_2(cleaner: Command) -> None:
    (cleaner.folder / ".cleaner.toml").write_text("levle = 'safe'\n")
    done = cleaner(stdin=b"x")
    assert (done.code, done.out) == (2, b"")
    assert done.err == f"error: {cleaner.folder}/.cleaner.toml:1:1: unknown key 'levle' (did you mean 'level'?)\n"
    assert cleaner("--isolated", stdin=b"x").code == 0


@pytest.mark.parametrize("variables", [{"CLEANER_LEVEL": "save"}, {"CLEANER_RULES": "missing"}, {"CLEANER_DISABLE": "en/nothing"}])
def test_faulty_variables(cleaner: Command, variables: dict[str, str]) -> None:
    done = cleaner(stdin=b"x", env=variables)
    assert done.code in (2, 3)
    assert done.err.count("\n") == 1


def test_encoding_and_files_can_stand_in_the_configuration(cleaner: Command) -> None:
    (cleaner.folder / ".cleaner.toml").write_text('encoding = "latin-1"\ninclude = ["*.page"]\nexclude = ["old"]\n')
    for name in ("src/a.page", "src/b.txt", "src/old/c.page"):
        (cleaner.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (cleaner.folder / name).write_bytes("Die Fähre fährt.\n".encode("latin-1"))
    assert cleaner("batch", "src", "-d", "out", "-q").code == 0
    assert set(tree(cleaner.folder / "out")) == {"a.page"}
    assert cleaner("clean", "src/a.page").out.decode("latin-1") == "Die Fähre fährt.\n"
    assert cleaner("batch", "src", "-d", "out2", "-q", "--include", "*.txt").code == 0
    assert set(tree(cleaner.folder / "out2")) == {"b.txt"}
    assert cleaner("clean", "src/a.page", "--isolated").code == 2
    shown = " ".join(cleaner("config").out.decode().split())
    for said in ("encoding latin-1 .cleaner.toml", "include *.page .cleaner.toml", "exclude old .cleaner.toml"):
        assert said in shown
    (cleaner.folder / ".cleaner.toml").write_text('encoding = "latin-0"\n')
    done = cleaner("clean", "src/a.page")
    assert done.code == 2
    assert "1:12: encoding: 'latin-0' is no encoding of texts (such as latin-1, or auto)" in done.err
