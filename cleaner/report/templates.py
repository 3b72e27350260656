"""Pages from templates: one file of HTML each, which makes no network requests; every text that is put in is escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from cleaner.render.visible import visible
from cleaner.version import __version__
from cleaner.wording import counted


def render(name: str, shown: Mapping[str, Any], filters: Mapping[str, Callable[..., str]] = MappingProxyType({})) -> bytes:
    """A page in UTF-8, from its template, style sheet and script over those that all pages share.

    Args:
        name: Name of the template's file without its ending; its style sheet and script are called the same.
        shown: Values for the template, by name; `title` is one of them.
        filters: Filters for the template beside the common ones, by name.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # 20 ms, and 35 for a template: figures alone need none of it

    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        finalize=lambda value: visible(value) if type(value) is str else value,  # HTML is of another class, `Markup`
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "grouped": lambda count: f"{count:,}",
        "counted": counted,
        "quoted": lambda name: quote(visible(name), safe="/:"),
        "digest": lambda source: b64encode(sha256(source.encode()).digest()).decode(),
        **filters,
    }
    style, script = ("\n".join(_read(f"{each}.{kind}").strip() for each in ("base", name)) for kind in ("css", "js"))
    html: str = environment.get_template(f"{name}.html").render(version=__version__, style=style, script=script, **shown)
    return html.encode()


def _read(name: str) -> str:
    return files("cleaner.report").joinpath(name).read_text("utf-8")
