"""TOML texts checked against a schema, with errors that say line, column and remedy in plain words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from cleaner.errors import Problem
from cleaner.ruleset.rule import SIZE_AT_MOST
from cleaner.ruleset.toml_locations import Location, Locations, Path


class Table(BaseModel):
    """Base of the schemas: unknown keys and wrong types are errors."""

    model_config = ConfigDict(extra="forbid", strict=True)


class TableError(Exception):
    """A text isn't what its schema wants; the argument is the list of problems."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(problems)


#: What parts of the parser's complaints mean to an author, and what to do.
_REMEDIES = (
    (r"Unescaped '\\'|Invalid hex value", "put patterns between ''' and ''', where a backslash needs no doubling"),
    (r"Illegal character '\\[nr]", "close the quote on the same line, or use ''' for a text of several lines"),
    (r"Unterminated string|Expected \"'''\"|Expected '\"\"\"'", "close the quotes"),
    (r"Cannot overwrite|Cannot declare|already exists|Cannot mutate", "this key stands there twice: take one out"),
    (r"Invalid value", "texts stand between quotes: '''…'''"),
    (r"Expected newline or end of document", "if a text holds a quote, put it between ''' and '''"),
    (r"Expected '=' after a key", "write key = value"),
    (r"Unclosed array|Expected '\]", "close the list with ]"),
    (r"Invalid statement", "a line is key = value, a [table], a [[rule]] or a # comment"),
)

M = TypeVar("M", bound=Table)

#: A key of fifty parts and more. `tomllib` takes the square of their number, and all memory; strings hold nothing of the kind.
_DEEP = re.compile(r"""(?<![\w.-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){50}""")
#: Faults of one file that are told: to place each takes time, and nobody reads more.
FAULTS_AT_MOST = 100
#: Characters of a value that are shown.
_SHOWN = 120


def read_table(
    source: str, model: type[M], file: str, rule_name: Callable[[Any, Path], str] = lambda data, path: ""
) -> tuple[M, Locations]:
    """Read a TOML text.

    Args:
        source: The text.
        model: The schema.
        file: Its path, for errors.
        rule_name: From the data and a path, the name of the rule that it lies in.

    Raises:
        TableError: With every problem.
    """
    return check_table(parse_toml(source, file), source, model, file, rule_name)


def parse_toml(source: str, file: str) -> dict[str, Any]:
    """The tables of a TOML text; a byte order mark is passed over.

    Raises:
        TableError: It isn't TOML.
    """
    if len(source) > SIZE_AT_MOST:
        raise TableError([Problem(file, 0, "", f"is larger than {SIZE_AT_MOST:,} characters", "split it into several files")])
    if found := _DEEP.search(source):
        line = source.count("\n", 0, found.start()) + 1
        raise TableError([Problem(file, line, "", "a key of more than fifty parts", "put texts between quotes: '''…'''")])
    try:
        return tomllib.loads(source.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        message = str(error).split("\n")[0]
        place = re.search(r" \(at line (\d+), column (\d+)\)", message)
        line, column = (int(number) for number in place.groups()) if place else (source.removesuffix("\n").count("\n") + 1, 0)
        message = re.sub(r" \(at (?:line \d+, column \d+|end of document)\)", "", message)
        if isinstance(error, RecursionError):
            message = "its lists or tables are nested too deep"
        remedy = next((remedy for sign, remedy in _REMEDIES if re.search(sign, message)), "")
        raise TableError([Problem(file, line, "", f"not valid TOML: {message[:1].lower()}{message[1:]}", remedy, column)]) from error


def check_table(
    data: object, source: str, model: type[M], file: str, rule_name: Callable[[Any, Path], str] = lambda data, path: "", base: Path = ()
) -> tuple[M, Locations]:
    """Check data against a schema.

    Args:
        data: What was read.
        source: The text that it was read from.
        model: The schema.
        file: Its path, for errors.
        rule_name: From the data and a path, the name of the rule that it lies in.
        base: Path of the data in the text.

    Raises:
        TableError: With every problem.
    """
    places = Locations.of(source)
    try:
        return model.model_validate(data), places
    except ValidationError as error:
        faults = error.errors(include_url=False)
        problems = list(dict.fromkeys(_problems(faults[:FAULTS_AT_MOST], data, model, file, places, rule_name, base)))
        if len(faults) > FAULTS_AT_MOST:
            problems.append(Problem(file, 0, "", f"and {len(faults) - FAULTS_AT_MOST:,} faults more", "mend these first"))
        raise TableError(problems) from error


def _problems(
    faults: Sequence[ErrorDetails],
    data: Any,
    model: type[Table],
    file: str,
    places: Locations,
    rule_name: Callable[[Any, Path], str],
    base: Path,
) -> Iterator[Problem]:
    meant = {
        (*fault["loc"][:-1], near)
        for fault in faults
        if fault["type"] == "extra_forbidden"
        for near in get_close_matches(str(fault["loc"][-1]), _fields(model, fault["loc"]), 1)
    }
    for fault in faults:
        if fault["type"] == "missing" and fault["loc"] in meant:
            continue  # it is there, misspelt, and told of so
        path, tags = _real_path(data, fault)
        if any(_other_branch(tag, value) for tag, value in tags):
            continue
        key = ".".join(str(part) for part in path if not isinstance(part, int))
        rule = rule_name(data, path)
        if rule:
            key = key.removeprefix("rule").removeprefix(".")
        place: Location | None
        if fault["type"] == "extra_forbidden":
            place, message, remedy = places.key((*base, *path)), f"unknown key {_shown(key)}", _near_key(str(path[-1]), model, path)
        elif fault["type"] == "missing":
            place, message, remedy = places.key((*base, *path)), f"key {key!r} is missing", _why(model, path)
        else:
            place = places.value((*base, *path))
            message, remedy = _plain(fault)
            message = f"{key or 'rule'}: {message}"
        yield Problem(file, place.line if place else 0, rule, message, remedy, place.column if place else 0)


def _real_path(data: Any, fault: ErrorDetails) -> tuple[Path, list[tuple[str, object]]]:
    """A fault's path in the data, and the marks of alternatives among types that pydantic puts into it, each with the value there."""
    path: Path = ()
    tags = []
    here = data
    for part in fault["loc"]:
        inside = (isinstance(here, dict) and part in here) or (isinstance(here, list) and isinstance(part, int) and part < len(here))
        if inside:
            here = here[part]
        elif not (fault["type"] == "missing" and part == fault["loc"][-1]):
            tags.append((str(part), here))
            continue
        path = (*path, part)
    return path, tags


def _other_branch(tag: str, value: object) -> bool:
    """Whether a fault belongs to a type that the author didn't mean: of a text's faults as a list, and a list's as a text."""
    return tag != "[key]" and tag.startswith("list[") != isinstance(value, list)


def _fields(model: type[Table], path: Path) -> dict[str, str]:
    """Keys of the table that a path's last key stands in, with what they say of themselves."""
    for part in path[:-1]:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(str(part))
        tables = list(_tables_in(field.annotation if field else None))
        if not tables:
            return {}
        model = tables[0]
    return {name: field.description or "" for name, field in model.model_fields.items()}


def _tables_in(annotation: Any) -> Iterator[type[Table]]:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _tables_in(part)


def _near_key(word: str, model: type[Table], path: Path) -> str:
    known = list(_fields(model, path))
    near = get_close_matches(word, known, 1)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"


def _why(model: type[Table], path: Path) -> str:
    about = _fields(model, path).get(str(path[-1]), "")
    return about[:1].lower() + about[1:].rstrip(".")


_TYPES = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "a table"}


def _plain(fault: ErrorDetails) -> tuple[str, str]:
    """What a fault means, and what to do, without the terms of the library that found it."""
    given, kind, context = fault["input"], fault["type"], fault.get("ctx", {})
    if kind == "literal_error":
        near = get_close_matches(str(given), re.findall(r"'([^']+)'", context["expected"]), 1, 0.5)
        return f"{_shown(given)} is none of {context['expected']}", f"did you mean {near[0]!r}?" if near else ""
    if kind == "string_pattern_mismatch":
        sign = next(sign for sign in _NAMES if context["pattern"].startswith(sign))
        return f"{_shown(given)} is no {_NAMES[sign][0]}", _NAMES[sign][1]
    if kind == "list_type" and isinstance(given, dict):
        return (
            "should be a list of tables, and is one table",
            f"write [[{'.'.join(str(part) for part in fault['loc'] if isinstance(part, str))}]]",
        )
    if kind in _PLAIN:
        message, remedy = _PLAIN[kind]
        return message.format(was=_TYPES.get(type(given), "a date or time"), given=_shown(given), **context), remedy
    message = fault["msg"].removeprefix("Value error, ")
    return message[:1].lower() + message[1:], ""


def _shown(value: object) -> str:
    """A value as it is written, cut where that is long."""
    written = repr(value)
    return written if len(written) <= _SHOWN else written[:_SHOWN] + "…"


_TABLE = ("should be a table, and is {was}", "write it as [[rule]], [terms] or { first = 8 }")
#: Faults by pydantic's name for them.
_PLAIN = {
    "string_type": ("should be a text, and is {was}", "put it between quotes: '''…'''"),
    "string_too_short": ("is empty", "fill it in, or leave the key out"),
    "int_type": ("should be a whole number, and is {was}", "write it without quotes: 8"),
    "bool_type": ("should be true or false, and is {was}", "write it without quotes"),
    "greater_than_equal": ("should be {ge} or more, and is {given}", ""),
    "list_type": ("should be a list, and is {was}", "put it between brackets: ['''…''']"),
    "too_short": ("is an empty list", "fill it in, or leave the key out"),
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "dict_type": _TABLE,
}
#: What a text should be that doesn't fit a pattern, by the pattern's beginning.
_NAMES = {
    "^[a-z]{2,3}": ("language", "two small letters, such as en or de"),
    "^[a-z0-9]": ("name", "small letters, digits and hyphens: tide-table"),
}
