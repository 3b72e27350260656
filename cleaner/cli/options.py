"""Declarations of the options and arguments that several commands share, and of groups of them.

`app` translates them for `typer`, whose import takes longer than cleaning a page; `fast_path` parses those of `clean` itself.
"""

# No `from __future__ import annotations`: annotations are read at every start, and as text they would have to be compiled first.

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from cleaner.io.files import AUTO, is_encoding
from cleaner.result import Level as LevelName
from cleaner.result import is_language
from cleaner.wording import extra


class UsageError(Exception):
    """An invalid command line; `option` is the invalid option, or empty if a combination of options is invalid."""

    def __init__(self, message: str, option: str = "") -> None:
        super().__init__(message)
        self.option = option


class Option:
    """An option, for the annotation of its value; without a name it is an argument.

    Args:
        names: Names, such as `--output` and `-o`.
        check: Function that raises a `UsageError` for an invalid value.
        looks: Further parameters for `typer`: `help`, `metavar`, `min`.
    """

    def __init__(self, *names: str, check: Callable[[Any], object] | None = None, **looks: Any) -> None:
        self.names, self.check, self.looks = names, check, looks


def hints_of(declared: Any) -> dict[str, Any]:
    """Annotations of the options and groups of a command or of a group, by name."""
    hints = get_type_hints(declared, include_extras=True)
    hints.pop("return", None)
    return hints


def _is_group(hint: Any) -> bool:
    """Whether an annotation is a group of options: a `NamedTuple`, whose fields are options and groups."""
    return hasattr(hint, "_field_defaults")


def flat(hints: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[tuple[str, Any, Option, Any]]:
    """Name, type, declaration and default of each option, also inside groups; the default is `...` for a required one."""
    for name, hint in hints.items():
        if _is_group(hint):
            yield from flat(hints_of(hint), hint._field_defaults)
        else:
            kind, option = get_args(hint)
            yield name, kind, option, defaults.get(name, ...)


def grouped(hints: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments for a command or group with these annotations: values of options, and groups made of theirs; missing ones are left out."""
    return {
        name: hint(**grouped(hints_of(hint), values)) if _is_group(hint) else values[name]
        for name, hint in hints.items()
        if _is_group(hint) or name in values
    }


def choices_of(kind: Any) -> tuple[str, ...]:
    """Words of which an option's value must be one; none if it may be anything."""
    for each in (kind, *get_args(kind)):
        if get_origin(each) is Literal:
            return get_args(each)
    return ()


def _check_encoding(name: str) -> None:
    if name and not is_encoding(name):
        raise UsageError(f"{name!r} is no encoding of texts: write one such as latin-1 or cp1252, or auto", "'--encoding'")
    if name == AUTO:
        from importlib.util import find_spec  # rarely needed

        if not find_spec("charset_normalizer"):
            raise UsageError(f"auto needs a package that isn't there ({extra('encodings')})", "'--encoding'")


def _check_language(tag: str | None) -> None:
    if tag and not is_language(tag):
        raise UsageError(f"{tag!r} is no language tag: write one such as en, de or pt-BR", "'--language'")


def rule_names(incomplete: str) -> list[str]:
    """Names of rules, and globs of families, that begin with something: for completion in a shell."""
    from cleaner.cli import context  # reads rules, which help can do without

    names = [rule.name for rule in context.rule_set(context.settings(SettingOptions())).rules]
    globs = {f"{name.rpartition('/')[0]}/*" for name in names}
    return sorted(name for name in (*names, *globs) if name.startswith(incomplete))


def families(incomplete: str) -> list[str]:
    """Names of families that begin with something."""
    return sorted({name.split("/")[-2] for name in rule_names("") if name.split("/")[-2].startswith(incomplete)})


Sources = Annotated[Sequence[Path], Option(metavar="SRC", help="Folders and files: texts, JSONL, Parquet, WET.")]
Output = Annotated[Path | None, Option("--output", "-o", metavar="FILE", help="File to write to. Default: standard output.")]
Audit = Annotated[Path | None, Option("--audit", metavar="FILE", help="Write every removal to this file, one JSON object per line.")]
JsonLines = Annotated[bool, Option("--json", help="Print one JSON object per line.")]
Json = Annotated[bool, Option("--json", help="Print JSON.")]
Encoding = Annotated[
    str,
    Option(
        "--encoding",
        metavar="NAME",
        check=_check_encoding,
        help="Encoding of texts without a byte order mark, or auto to guess it. Default: UTF-8.",
    ),
]
Strict = Annotated[bool, Option("--strict", help="Treat it as an error if a text is left unchanged with a warning.")]
Durable = Annotated[bool, Option("--durable", help="Wait until each file is on the disk.")]
TextField = Annotated[str, Option("--text-field", metavar="NAME", help="Field of the text. a.b is a field inside another.")]
UrlField = Annotated[str, Option("--url-field", metavar="NAME", help="Field of the page's address; switches on the rules of its site.")]
NoPager = Annotated[bool, Option("--no-pager", help="Don't use a pager.")]
Jobs = Annotated[
    int | None,
    Option("--jobs", "-j", min=1, metavar="N", help="Number of processes. Default: one per core, if there is enough to do."),
]
Level = Annotated[
    LevelName | None,
    Option("--level", "-l", metavar="LEVEL", help="safe (only what is surely chrome), standard (the default) or aggressive (whole pages)."),
]
Url = Annotated[str, Option("--url", metavar="URL", help="Address of the page; switches on the rules of its site.")]
Title = Annotated[str, Option("--title", metavar="TEXT", help="Title of the article, if it isn't the first line.")]
Language = Annotated[
    str | None,
    Option(
        "--language",
        metavar="TAG",
        check=_check_language,
        help="Language of the text, such as en or de. Rules for other languages don't apply.",
    ),
]


class RuleOptions(NamedTuple):
    """Options: rules beside the shipped ones, and rules to switch off."""

    rules: Annotated[
        Sequence[Path],
        Option("--rules", "-r", metavar="DIR", help="Rule folder, or rule file, to add to the other rules. Repeatable."),
    ] = ()
    disable: Annotated[
        Sequence[str],
        Option("--disable", metavar="NAME", autocompletion=rule_names, help="Rule to switch off, or a glob: any/credits/*. Repeatable."),
    ] = ()
    isolated: Annotated[bool, Option("--isolated", help="Ignore the user's and the project's rules and configuration.")] = False


class SettingOptions(NamedTuple):
    """Options: everything that decides which rules are in force."""

    language: Language = None
    level: Level = None
    layers: RuleOptions = RuleOptions()
