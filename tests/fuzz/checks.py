"""What must hold for every rule file and every text. Each check takes bytes, so that a fuzzer can make them and a test replay them."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeVar
from unittest.mock import patch

import regex

from cleaner import Hints, Result, RuleError, restore
from cleaner.engine.engine import Engine
from cleaner.patterns import redos
from cleaner.patterns.source import Term, compiled
from cleaner.result import TIDY
from cleaner.ruleset.folder_files import parse_families, parse_languages, parse_renamed
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.rule import LanguageProfile, Rule
from cleaner.ruleset.rule_file import parse, parse_terms
from cleaner.ruleset.schema import RuleFileTable
from cleaner.ruleset.toml_locations import Locations
from cleaner.ruleset.toml_reader import read_table
from cleaner.spans import delete
from tests.conftest import prepared, unfiltered

#: CPU seconds that one input may take.
SECONDS_AT_MOST = 5.0
#: An input of the loader that begins with this is one pattern, not a file: most of a file's bytes would go into what TOML wants.
PATTERN = "/"
NAME = "x.toml"
TERMS: Mapping[str, Term] = {"age": r"\d+ (?:hours|days) ago", "word": ["share", "more", "a.b"]}

T = TypeVar("T")


class SlowError(AssertionError):
    """One input took too long."""


@contextmanager
def in_time() -> Iterator[None]:
    """Fail if what is done takes too much CPU time: the wall clock would tell of the machine's other work."""
    start = time.process_time()
    yield
    spent = time.process_time() - start
    if spent > SECONDS_AT_MOST:
        raise SlowError(f"took {spent:.1f} s")


# The loader


def loader(data: bytes) -> None:
    """Every text is read as each sort of rule file, and is either sound or refused with a `RuleError` that points into it."""
    source = data.decode("utf-8", "replace").replace("\r\n", "\n")
    if source.startswith(PATTERN):
        for file in as_pattern(source[len(PATTERN) :]):
            read_rules(file)
        return
    read_rules(source)
    for read in (
        parse_terms,
        parse_languages,
        parse_families,
        parse_renamed,
    ):  # as what they hold is used by other files, nothing more is done with it
        read_or_refused(source, read)
    with in_time():
        places_hold(source)


def as_pattern(pattern: str) -> Iterator[str]:
    """Rule files with a pattern in the places where it is used in different ways."""
    head, text = 'title = "T"\nabout = "A"\n[[rule]]\nid = "a"\nabout = "A"\n', quoted(pattern)
    yield head + f'remove = "line"\nmatch = {text}\nunless = {text}\n'
    yield head + f'remove = "echo"\nof = "next"\nrest = [{text}, "b"]\n[terms]\na = {text}\n'


def quoted(text: str) -> str:
    """A text as a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_or_refused(source: str, read: Callable[[str, str], T]) -> T | None:
    """What is read of a text, or nothing if it is refused; every problem must stand in it."""
    try:
        with in_time():
            return read(source, NAME)
    except RuleError as error:
        problems = error.problems
    lines = source.split("\n")
    assert problems
    for problem in problems:
        assert str(problem)
        assert 0 <= problem.line <= len(lines), f"{problem}: there are {len(lines)} lines"
        # Behind the last character is where something is missing.
        assert not problem.column or 1 <= problem.column <= len(lines[problem.line - 1]) + 1, f"{problem}: that is behind the line"
    return None


def read_rules(source: str) -> None:
    found = read_or_refused(source, lambda text, file: parse(text, "own/x", file, TERMS))
    if found:
        with in_time():
            work(found.rules)


def work(rules: Sequence[Rule]) -> None:
    """What was found sound must compile in every form in which it is used."""
    ready = prepared(*rules)
    for rule in ready:
        for each in rule.patterns:
            compiled(each)
    Engine(ready).clean("Share this\nThe ferry sails on Friday.\n3 hours ago")


def places_hold(source: str) -> None:
    """Places lie in the text, and a string that is said to stand there as it is does."""
    try:
        _, places = read_table(source, RuleFileTable, NAME)
    except RuleError:
        return
    data = tomllib.loads(source.removeprefix("\ufeff"))
    for path in {*places.keys, *places.values}:
        for place in (places.key(path), places.value(path)):
            assert place is None or 1 <= place.line <= source.count("\n") + 1
    for path in places.literal:
        value: object = data
        for part in path:
            if isinstance(value, Mapping):
                value = value.get(part)
            else:
                value = value[part] if isinstance(value, list) and isinstance(part, int) and part < len(value) else None
        if isinstance(value, str):
            assert source.startswith(value, places.values[path]), f"{path} isn't where it is said to be"
    assert Locations.of(source) == places


# The engine


class Draw:
    """Draws values from bytes, as atheris' provider does; where they end, it draws the first of everything."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def number(self, below: int) -> int:
        self._at += 1
        return self._data[self._at - 1] % below if self._at <= len(self._data) else 0

    def one_of(self, options: Sequence[T]) -> T:
        return options[self.number(len(options))]

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        return [self.one_of(options) for _ in range(least + self.number(most - least + 1))]


#: Few words, so that rules and texts meet: some in letters that have traps when case is folded, some that are no words.
WORDS = (
    *(
        "share",
        "more",
        "boats",
        "Share",
        "MORE",
        "aa",
        "a",
        "3",
        "12",
        "ago",
        "3 hours ago",
        "ſhare",
        "İ",
        "ı",
        "\u212a",
        "k",
        "ς",
        "Σ",
        "ß",
        "ﬁ",
    ),
    *(
        "»",
        "-",
        "…",
        ".",
        ",",
        "(",
        ")",
        "!",
        "#",
        "*",
        "the",
        "of and to in",
        "The ferry sails on Friday.",
        "It calls at two islands, and is late.",
    ),
    *(
        "写真",
        "の。",
        "ฟรี",
        "e\u0301",
        "\u200b",
        "\u2028",
        "\x85",
        "\x0c",
        "\xa0",
        "\t",
        "\ufeff",
        "\ud800",
        "𝄞",
        "٣",
        "𝟛",
        "share share",
        "\x00",
        "\x01",
    ),
)
JOINS = (" ", "", "  ", "\t", ", ", "\xa0")
ENDS = ("\n", "\n\n", "\r\n", "\r", "", "\n \n", "\n\n\n")
#: How often a line stands in a row. One is too long to be looked at.
TIMES = (1, 1, 1, 1, 1, 1, 2, 3, 7, 40)
LONG = 70_000
#: Parts of patterns; those of the second kind speak of line ends.
PARTS = (
    *(regex.escape(word, literal_spaces=True) for word in WORDS if word.isprintable()),
    *(
        r".{0,9}",
        r".{1,9}",
        r"\w+",
        r"\d{1,3}",
        r"[a-f]+",
        r"\s?",
        r"\W*",
        r"\W{0,3}",
        r"\b",
        r"(?=a)",
        r"(?!x)",
        r"(?<=a)",
        r"(\w+) \1",
        "|",
    ),
    *(
        r"(?P<w>\w+)\s?(?P=w)",
        "|",
        "{{age}}",
        "{{word}}",
        r"\p{L}+",
        r"\p{Lu}",
        r"\P{Ll}",
        "^",
        "$",
        r"(?>a+)",
        "a++",
        "(?-i:Share)",
        r"\X",
        r"\K",
    ),
    *(
        r"[^\W\d]",
        "[[:alpha:]]",
        "(?:share){e<=1}",
        r"(?|(a)|(b))",
        r"\m",
        "[^a]",
        r"\S+",
        "(?:share|more)",
        "(?i:ß)",
        "(?f:ß)",
        "(?r:a)",
        r"(?w:\b)",
    ),
    *(
        r"\N{LATIN SMALL LETTER A}",
        r"\Z",
        r"\A",
        r"(?:share|\W)?",
        r"(?:a|bo){2}",
        "[Ss]hare",
        r"[\p{L}--a]",
        "(?s:.)",
        r"[\s\S]",
        "(a)?(?(1)b|a)",
    ),
)
LINE_PARTS = (*PARTS, *([r"\n"] * 12), r"[^\n]*", r"(?:.+\n)?", r"(?:more\n){2}", r"(?:a|b\n)?", r"\R", r"(?<!\n)", r"(?=\n)", r"(?:\n.+)?")
FACTS = (
    "words",
    "ends",
    "repeats",
    "removed",
    "prose",
    "stop-words",
    "since-prose",
    "until-prose",
    "from-main",
    "stretch",
    "capitals",
    "lines",
)
FLOATS = ("1", "0", "-1", "9", "-9", "0.5", "100", "inf", "-inf", "nan", "1e308")
LANGUAGES = (
    LanguageProfile("en", ("the", "of", "and", "to", "in", "is", "it", "at", "on", "two", "calls")),
    LanguageProfile("ja", letters=r"[\p{Hiragana}\p{Katakana}]"),
)
URLS = ("", "https://www.a.example/x", "a.example", "b.example", "//[", "http://A.EXAMPLE:x/", "?", ".")


def pattern(draw: Draw, parts: Sequence[str] = PARTS) -> str:
    found = ["".join(draw.some(parts, 1, 4)) for _ in range(1 + draw.number(4) // 3)]
    return quoted(found[0]) if len(found) == 1 else f"[{', '.join(map(quoted, found))}]"


def shape(draw: Draw) -> str:
    def tree(depth: int) -> str:
        if depth == 3 or not draw.number(3):
            return draw.one_of(("1", "0", "-1", "9", "-9", "0.5", "1000000"))
        look = draw.one_of(("", "", "[-1]", "[1]", "[-2..2]", "[seen]", "[1..50]"))
        fact = "own" if not draw.number(4) else draw.one_of(FACTS)
        return f"{fact}{look} < {draw.one_of(('0', '0.5', '3', '-1', '10'))} ? {tree(depth + 1)} : {tree(depth + 1)}"

    trees = ", ".join(quoted(tree(0)) for _ in range(1 + draw.number(3)))
    own = f"start = {draw.one_of(FLOATS)}, change = {draw.one_of(('0', '1', '9', 'inf'))}, prose_words = {1 + draw.number(5)}"
    return f"shape = {{ {own}, gap = {1 + draw.number(3)}, patterns = {{ own = {pattern(draw)} }}, trees = [{trees}] }}\n"


#: Keys that a rule of each kind can't do without.
KINDS: Mapping[str, Callable[[Draw], str]] = {
    "line": lambda draw: f"match = {pattern(draw, LINE_PARTS)}\n",
    "match": lambda draw: f"match = {pattern(draw)}\n",
    "block": lambda draw: (
        f"match = {pattern(draw, LINE_PARTS)}\nmax_lines = {1 + draw.number(6)}\n{draw.one_of(('until', 'through'))} = {pattern(draw)}\n"
    ),
    "tail": lambda draw: f"match = {pattern(draw, LINE_PARTS)}\n" + draw.one_of(("", f"max_lines = {1 + draw.number(5)}\n")),
    "head": lambda draw: f"match = {pattern(draw, LINE_PARTS)}\nmax_lines = {1 + draw.number(6)}\n",
    "run": lambda draw: f"match = {pattern(draw, LINE_PARTS)}\nmin_lines = {1 + draw.number(4)}\n",
    "echo": lambda draw: draw.one_of(
        ('of = "title"\n', 'of = "previous"\n', 'of = "itself"\n', 'of = "next"\n', f'of = "next"\nrest = {pattern(draw)}\n')
    ),
    "shape": shape,
}
#: Conditions, one for each bit of a drawn number.
CONDITIONS: Sequence[Callable[[Draw], str]] = (
    lambda draw: f"unless = {pattern(draw)}\n",
    lambda draw: f"where = {{ {draw.one_of(('first', 'last'))} = {1 + draw.number(5)} }}\n",
    lambda draw: f"previous = {pattern(draw)}\n",
    lambda draw: f"next = {pattern(draw)}\n",
    lambda draw: f"{draw.one_of(('min', 'max'))}_words = {1 + draw.number(6)}\n",
    lambda draw: f'languages = ["{draw.one_of(("en", "ja"))}"]\n',
    lambda draw: f'confidence = "{draw.one_of(("medium", "low"))}"\n',
)


def rule_file(draw: Draw) -> str:
    """A file of one rule: so a faulty one spoils no others."""
    kind, scope = draw.one_of(tuple(KINDS)), draw.number(8)
    sites = 'sites = ["a.example"]\n' if scope in (1, 3) else ""
    mark = f"fingerprint = {pattern(draw)}\n" if scope in (2, 3) else ""
    rule = f'[[rule]]\nid = "r"\nabout = "A"\nremove = "{kind}"\n{KINDS[kind](draw)}'
    wanted = draw.number(256) if draw.number(2) else 0
    conditions = (condition(draw) for bit, condition in enumerate(CONDITIONS) if wanted >> bit & 1)
    return f'title = "T"\nabout = "A"\n{sites}{mark}{rule}{"".join(conditions)}'


def text_of(draw: Draw) -> str:
    lines: list[str] = []
    while draw and len(lines) < 60:
        line = draw.one_of(JOINS).join(draw.some(WORDS, 0, 4))
        control = draw.number(256)
        times = draw.one_of(TIMES) if control % 4 == 0 else 1
        if control == LONG % 256:
            line = (line or "a") * (LONG // max(1, len(line)))
            times = 1
        lines.append((line + ENDS[control % len(ENDS)]) * times)
    return "".join(lines)


@lru_cache(maxsize=2000)
def rules_of(file: str) -> tuple[Rule, ...]:
    """The rules of a file; none if it is faulty. What takes most of the time is left out: texts on which patterns may blow up."""
    try:
        with patch.object(redos, "probes", return_value=()):
            return parse(file, "own/f", NAME, TERMS).rules
    except RuleError:
        return ()


@lru_cache(maxsize=200)
def engines(files: tuple[str, ...], guarded: bool) -> tuple[Engine, Engine]:
    """An engine with the rules of some files, and one with the same in another order that tries each on every line."""
    rules = [rule._replace(name=f"own/f{number}/r") for number, file in enumerate(files) for rule in rules_of(file)]
    common = frozenset(word for language in LANGUAGES for word in language.words)
    told = [prepare(rule, common) for rule in rules]
    return Engine(told, LANGUAGES, guarded), Engine([unfiltered(rule) for rule in reversed(told)], LANGUAGES, guarded)


def engine(data: bytes) -> None:
    """The laws hold for drawn rules, hints and texts."""
    draw = Draw(data)
    guarded = bool(draw.number(2))
    hints = Hints(draw.one_of(URLS), draw.one_of(("", "", "en", "ja", "xx", "EN-gb", "-")), draw.one_of(("", "", *WORDS)))
    with in_time():
        usual, blind = engines(tuple(rule_file(draw) for _ in range(1 + draw.number(4))), guarded)
    text = text_of(draw)
    with in_time():
        result = usual.clean(text, hints)
    laws_hold(text, result, {rule.name for rule in usual.rules} | {TIDY})
    kinds = {flag.kind for flag in result.flags}
    if not kinds - {"long-line"}:
        again = usual.clean(result.text, hints)
        if "timeout" not in {flag.kind for flag in again.flags}:
            assert again.text == result.text, "cleaning a clean text changes it"
    other = blind.clean(text, hints)
    if "timeout" not in kinds | {flag.kind for flag in other.flags}:
        assert other == result, "the order of the rules, or what they are looked for by, makes a difference"


def laws_hold(text: str, result: Result, names: set[str]) -> None:
    """Kept text and removals are the input, and every removal has a name and a place of its own."""
    assert restore(result) == text
    assert result.text == delete(text, [(each.start, each.end, each.rule) for each in result.removals])  # type: ignore[misc]
    reached = 0
    for removal in result.removals:
        assert reached <= removal.start < removal.end <= len(text)
        assert removal.text == text[removal.start : removal.end]
        assert removal.rule in names
        reached = removal.end
    assert not result.removals or {removal.rule for removal in result.removals} != {TIDY}
    if {flag.kind for flag in result.flags} - {"long-line"}:
        assert result.text == text, "a text that is flagged comes out unchanged"


TARGETS: Mapping[str, Callable[[bytes], None]] = {"loader": loader, "engine": engine}
