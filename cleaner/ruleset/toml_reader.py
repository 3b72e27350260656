"""TOML texts checked against a schema, with errors that give line, column and remedy in plain words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from cleaner.errors import Problem, RuleError, did_you_mean
from cleaner.ruleset.rule import SIZE_AT_MOST
from cleaner.ruleset.toml_locations import KeyPath, Locations
from cleaner.wording import shorten


class Table(BaseModel):
    """Base of the schemas: unknown keys and wrong types are errors."""

    model_config = ConfigDict(extra="forbid", strict=True)


#: Tags that `pydantic` puts into the path of a fault beside keys and indexes: the type that a value was taken to have.
TEXT, WORDS = "[text]", "[words]"
_TAGS = (TEXT, WORDS, "[key]")
#: Remedies, by patterns of the TOML parser's messages.
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
RuleNamer = Callable[[Any, KeyPath], str]

#: A key of more than fifty parts. For `tomllib` time and memory grow with the square of their number; strings look different.
_DEEP = re.compile(r"""(?<![\w.-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){50}""")
#: Number of faults of one file that are reported: finding the location of each takes time, and nobody reads more.
FAULTS_AT_MOST = 100
#: Number of characters of a value that are shown.
_SHOWN = 120


def read_table(
    source: str, model: type[M], file: str, rule_name: RuleNamer = lambda data, path: "", base: tuple[str, ...] = ()
) -> tuple[M, Locations]:
    """Read a TOML text, or a table in it, and check it against a schema.

    Args:
        source: TOML text.
        model: Schema of the table.
        file: Path of the file, for errors.
        rule_name: Function that gives the name of the rule that a path lies in, from the data and the path.
        base: Keys that lead to the table, such as `("tool", "cleaner")`; a missing table is read as an empty one.

    Raises:
        RuleError: With every problem.
    """
    data: Any = _parsed(source, file)
    for key in base:
        data = data.get(key, {}) if isinstance(data, dict) else {}
    locations = Locations.of(source)
    try:
        return model.model_validate(data), locations
    except ValidationError as error:
        faults = error.errors(include_url=False)
        problems = [
            _problem(fault, data, model, file, locations, rule_name, base)
            for fault in faults[:FAULTS_AT_MOST]
            if not _is_misspelt(fault, faults, model)
        ]
        if len(faults) > FAULTS_AT_MOST:
            problems.append(Problem(file, 0, "", f"and {len(faults) - FAULTS_AT_MOST:,} faults more", "mend these first"))
        raise RuleError(problems) from error


def sound_part(source: str, model: type[M], key: str) -> tuple[M, list[int]] | None:
    """Table of a text whose only faults lie in some of its array `key`, without these; and the indexes of the others in the array.

    None if something else is wrong, too.
    """
    try:
        data = _parsed(source, "")
        return model.model_validate(data), list(range(len(data.get(key, ()))))
    except RuleError:
        return None
    except ValidationError as error:
        places = [fault["loc"][:2] for fault in error.errors(include_url=False)]
    if any(len(place) < 2 or place[0] != key for place in places):
        return None
    indexes = [index for index in range(len(data[key])) if (key, index) not in places]
    return model.model_validate({**data, key: [data[key][index] for index in indexes]}), indexes


def _parsed(source: str, file: str) -> dict[str, Any]:
    """The data of a TOML text, which may begin with a byte order mark."""
    if len(source) > SIZE_AT_MOST:
        raise RuleError([Problem(file, 0, "", f"is larger than {SIZE_AT_MOST:,} characters", "split it into several files")])
    if deep := _DEEP.search(source):
        line = source.count("\n", 0, deep.start()) + 1
        raise RuleError([Problem(file, line, "", "a key of more than fifty parts", "put texts between quotes: '''…'''")])
    try:
        return tomllib.loads(source.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        message = str(error).split("\n")[0]
        location = re.search(r" \(at line (\d+), column (\d+)\)", message)
        line, column = map(int, location.groups()) if location else (source.removesuffix("\n").count("\n") + 1, 0)
        message = re.sub(r" \(at (?:line \d+, column \d+|end of document)\)", "", message)
        if isinstance(error, RecursionError):
            message = "its lists or tables are nested too deep"
        remedy = next((remedy for sign, remedy in _REMEDIES if re.search(sign, message)), "")
        raise RuleError([Problem(file, line, "", f"not valid TOML: {_small(message)}", remedy, column)]) from error


def _is_misspelt(missing: ErrorDetails, faults: Sequence[ErrorDetails], model: type[Table]) -> bool:
    """Whether a missing key is there, but misspelt: then it is already reported as an unknown one."""
    if missing["type"] != "missing":
        return False
    *table, key = missing["loc"]
    unknown = [str(fault["loc"][-1]) for fault in faults if fault["type"] == "extra_forbidden" and [*fault["loc"][:-1]] == table]
    known = _fields(model, missing["loc"])
    return any(key in get_close_matches(word, known, 1) for word in unknown)


def _problem(
    fault: ErrorDetails,
    data: Any,
    model: type[Table],
    file: str,
    locations: Locations,
    rule_name: RuleNamer,
    base: KeyPath,
) -> Problem:
    path: KeyPath = tuple(part for part in fault["loc"] if part not in _TAGS)
    rule = rule_name(data, path)
    key = ".".join(str(part) for part in path if not isinstance(part, int))
    if rule:
        key = key.removeprefix("rule").removeprefix(".")
    location = locations.key((*base, *path))
    if fault["type"] == "extra_forbidden":
        known = _fields(model, path)
        message, remedy = f"unknown key {_shown(key)}", did_you_mean(str(path[-1]), known, f"known are {', '.join(known)}")
    elif fault["type"] == "missing":
        message, remedy = f"key {key!r} is missing", _small(_fields(model, path).get(str(path[-1]), "")).rstrip(".")
    else:
        location = locations.value((*base, *path))
        message, remedy = _plain(fault)
        message = f"{key or 'rule'}: {message}"
    line, column = location or (0, 0)
    return Problem(file, line, rule, message, remedy, column)


def _fields(model: type[Table], path: KeyPath) -> dict[str, str]:
    """Keys of the table that holds a path's last key, with their descriptions."""
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


_TYPES = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "a table"}


def _plain(fault: ErrorDetails) -> tuple[str, str]:
    """Message and remedy for a fault, without `pydantic`'s terms."""
    given, kind, context = fault["input"], fault["type"], fault.get("ctx", {})
    if kind == "literal_error":
        allowed = re.findall(r"'([^']+)'", context["expected"])
        return f"{_shown(given)} is none of {context['expected']}", did_you_mean(str(given), allowed, cutoff=0.5)
    if kind == "string_pattern_mismatch":
        sign = next(sign for sign in _NAMES if context["pattern"].startswith(sign))
        return f"{_shown(given)} is no {_NAMES[sign][0]}", _NAMES[sign][1]
    if kind == "list_type" and isinstance(given, dict):
        return (
            "should be a list of tables, and is one table",
            f"write [[{'.'.join(part for part in fault['loc'] if isinstance(part, str))}]]",
        )
    if kind in _PLAIN:
        message, remedy = _PLAIN[kind]
        return message.format(was=_TYPES.get(type(given), "a date or time"), given=_shown(given), **context), remedy
    return _small(fault["msg"]), ""


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _shown(value: object) -> str:
    return shorten(repr(value), _SHOWN)


_TABLE = ("should be a table, and is {was}", "write it as [[rule]], [terms] or { first = 8 }")
#: Messages and remedies, by `pydantic`'s names of faults.
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
#: Meaning of a schema's pattern, and the remedy for a text that it doesn't match, by the pattern's beginning.
_NAMES = {
    "^[a-z]{2,3}": ("language", "two small letters, such as en or de"),
    "^[a-z0-9]": ("name", "small letters, digits and hyphens: tide-table"),
}
