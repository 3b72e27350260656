"""Whatever rule meets whatever text, it ends in time: the text comes out as it was, and the reason is said."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

import pytest

from cleaner.engine import deadline
from cleaner.engine.engine import Engine
from cleaner.engine.matcher import MAX_SCAN
from cleaner.errors import RuleError
from cleaner.patterns.soundness import check
from cleaner.ruleset.rule import Rule
from cleaner.ruleset.rule_file import parse, parse_terms
from tests.conftest import Command, prepared, sampled, shares, slow
from tests.trust.catastrophic_patterns import bombs

BOMBS = list(bombs())
#: Seconds of the limits in these tests: small, so that there is time to meet them often.
MATCH, TEXT = 0.1, 0.4


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "MATCH_SECONDS", MATCH)
    monkeypatch.setattr(deadline, "TEXT_SECONDS", TEXT)
    monkeypatch.setattr(deadline, "CHARACTERS_A_SECOND", 10**12)


def engine(*patterns: str, remove: str = "line") -> Engine:
    """One that takes patterns which a rule file may not hold."""
    rules = [Rule(f"bomb/{number}/x", "", remove, match=pattern) for number, pattern in enumerate(patterns)]  # type: ignore[arg-type]
    return Engine(prepared(*rules))


def timed(clean: Callable[[], object], deadline: Callable[[], float] = time.process_time) -> float:
    start = deadline()
    clean()
    return deadline() - start


#: How many of them meet the limit on lines of so many characters, at least: `regex` sees through many of them.
MEETING = {60: 0, 3_000: 5, MAX_SCAN - 100: 6}


@pytest.mark.parametrize("length", MEETING)
def test_a_match_has_an_end(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """150 patterns, as `line` and as `match`, on lines of three lengths."""
    monkeypatch.setattr(deadline, "MATCH_SECONDS", MATCH / 10)  # on a fast machine few take longer
    assert len(BOMBS) >= 150
    met = 0
    for bomb in BOMBS:
        text = f"Before.\n{bomb.line(length)}\nAfter.\n"
        for remove in ("line", "match"):
            at_work = engine(bomb.pattern, remove=remove)
            at_work.clean("x")  # to compile is no part of it
            result = []
            assert timed(lambda: result.append(at_work.clean(text))) < deadline.MATCH_SECONDS + 1, bomb  # noqa: B023
            if result[0].flags:
                met += 1
                assert result[0].text == text
                assert [flag.kind for flag in result[0].flags] == ["timeout"]
    assert met >= MEETING[length]  # else they prove nothing


def test_many_slow_lines_do_not_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of 1 MB in lines of 3 kB, on each of which a pattern may take its time, ends in the time of a text."""
    monkeypatch.setattr(deadline, "TEXT_SECONDS", TEXT / 16)  # on a fast machine few take longer
    met = 0
    for bomb in BOMBS[::2]:
        text = "".join(f"{number} {bomb.line(3_000)}\n" for number in range(340))
        at_work = engine(bomb.pattern, remove="match")
        # To look for the literals of "é" in a million of them takes its time, too.
        assert timed(lambda: at_work.clean(text)) < deadline.TEXT_SECONDS + 1 + len(text) / 500_000, bomb  # noqa: B023
        met += bool(at_work.clean(text).flags)
    assert met >= 10


@pytest.mark.parametrize("length", [1_000_000, slow(50_000_000)])
def test_long_lines_are_not_looked_at(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All patterns at once on one line of 1 MB, and of 50 MB: the time is that of reading it, for it is passed through, and said so."""
    monkeypatch.setattr(deadline, "TEXT_SECONDS", 60.0)  # to read so much takes longer than what is in force here
    at_work = [engine(*(bomb.pattern for bomb in BOMBS), remove=remove) for remove in ("line", "match", "tail")]
    text = "Before.\n" + ("word " * 40 + "aaaaaaaaaaaa 777777777 <a>  ") * (length // 230) + "\nAfter.\n"
    for each in at_work:
        result = each.clean(text)
        assert [flag.kind for flag in result.flags] == ["long-line"]
        assert result.text is text
        assert timed(lambda: each.clean(text)) < 0.5 + length / 20_000_000  # noqa: B023


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """A machine that is busy with other things."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


# An alarm that rings in a callback of the garbage collector is lost there, and rings again.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_on_a_busy_machine_too_the_wall_clock_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processor time is a third or less of what passes here, so the limit on a match alone would be met too late."""
    monkeypatch.setattr(deadline, "MATCH_SECONDS", 60.0)
    lines = [(bomb, remove, bomb.line(MAX_SCAN - 100)) for remove in ("match", "line") for bomb in BOMBS]
    met = ((bomb, remove, text) for bomb, remove, text in lines if engine(bomb.pattern, remove=remove).clean_within(text).flags)
    slow = list(islice(met, 5))
    assert len(slow) == 5
    with busy(6):
        for bomb, remove, text in slow:
            result = []
            at_work = engine(bomb.pattern, remove=remove)
            assert timed(lambda: result.append(at_work.clean_within(text)), time.monotonic) < TEXT + 1  # noqa: B023
            assert (result[0].text, [flag.kind for flag in result[0].flags]) == (text, ["timeout"])


def test_an_alarm_is_gone_once_the_work_is_done() -> None:
    assert deadline.run_with_timeout(0.05, lambda: 1) == 1
    time.sleep(0.1)
    with pytest.raises(TimeoutError):
        deadline.run_with_timeout(0.05, lambda: time.sleep(5))
    time.sleep(0.1)


@pytest.mark.parametrize("share", shares(5))
def test_no_pattern_takes_long_to_be_judged(share: int) -> None:
    """Each is refused or allowed in the time of its probes; what is allowed still has its limit at work."""
    refused = 0
    for bomb in BOMBS[share::5]:
        start = time.process_time()
        refused += check(bomb.pattern, "line") is not None
        assert time.process_time() - start < 3, bomb
    assert refused >= 20


HEAD = "title = 'a'\nabout = 'b'\n"


def a_rule(match: str, number: int = 0) -> str:
    keys = f"id = 'r{number}'\nabout = 'x'\nconfidence = 'high'\nremove = 'line'\n"
    return f"[[rule]]\n{keys}match = '''{match}'''\nremoves = ['x']\nkeeps = ['y']\n"


#: Rule files that a stranger may have made to do harm, and a part of what is said of them.
HOSTILE = {
    "a key of 20,000 parts": ("a." * 20_000 + "a = 1", "a key of more than fifty parts"),
    "a table of 20,000 parts": ("[" + "a . " * 20_000 + "a]", "a key of more than fifty parts"),
    "a key of quoted parts": ("'a'.\"b\"." * 10_000 + "a = 1", "a key of more than fifty parts"),
    "lists in lists": ("a = " + "[" * 500_000, "nested too deep"),
    "tables in tables": ("a = " + "{a=" * 300_000, "nested too deep"),
    "too many characters": ("#" * 1_100_000, "is larger than 1,000,000 characters"),
    "many unknown tables": ("".join(f"[t{number}]\n" for number in range(110_000)), "faults more"),
    "many unknown keys": ("".join(f"k{number}=1\n" for number in range(90_000)), "faults more"),
    "many empty rules": ("[[rule]]\n" * 100_000, "faults more"),
    "a value without end": (f"languages = ['{'e' * 900_000}']", "is no language"),
    "200,000 alternatives": (a_rule("a|" * 200_000 + "b"), "longer than 100,000 characters"),
    "counted repeats in one another": (a_rule("(?:(?:(?:a{1000}){1000}){1000})"), "its counted repeats unfold to 1,00"),
    "deep groups": (a_rule("(" * 5_000 + "a" + ")" * 5_000), "nested more than 50 deep"),
    "a pattern that calls itself": (a_rule("a(?R)?b"), "calls itself"),
    "patterns that blow up, a thousand": ("".join(a_rule(f"(?:(?:a+)+)+!{number}", number) for number in range(1_000)), "blows up"),
    "terms that double": (
        "[terms]\n" + "".join(f"t{number} = '''{{{{t{number + 1}}}}}{{{{t{number + 1}}}}}'''\n" for number in range(60)) + "t60 = 'a.'\n",
        "longer than 100,000 characters",
    ),
    "terms in a circle": ("[terms]\na = '''{{b}}'''\nb = '''{{a}}'''\n", "circle"),
}


@pytest.mark.parametrize("name", sampled(HOSTILE, 5))
def test_a_hostile_rule_file_is_an_error_in_good_time(name: str) -> None:
    source, message = HOSTILE[name]
    start = time.process_time()
    with pytest.raises(RuleError) as caught:
        (parse_terms if "terms" in name else lambda source, file: parse(source, "x", file, {}))(HEAD + source, "evil.toml")
    assert time.process_time() - start < 15
    assert message in str(caught.value)
    assert all(len(str(problem)) < 600 for problem in caught.value.problems)
    assert all(problem.file == "evil.toml" for problem in caught.value.problems)


def test_commands_end_with_the_place_and_no_traceback(cleaner: Command) -> None:
    """Of a hostile file by exit code 3; a byte order mark does no harm; of a rule that is too slow, by the text as it was."""
    (cleaner.folder / "evil.toml").write_text(HEAD + HOSTILE["a key of 20,000 parts"][0])
    (cleaner.folder / "twice.toml").write_text(HEAD + a_rule("x") + a_rule("x") + "colour = 1\n")
    for name, place in (("evil.toml", "evil.toml:3: a key of more than fifty parts"), ("twice.toml", "twice.toml:19:1: rule")):
        for args in (["clean"], ["rules", "test"], ["batch", ".", "-d", "out"]):
            done = cleaner(*args, "--rules", name, stdin=b"It rained.\n")
            assert done.code == 3
            assert f"error: {place}" in done.err
            assert "Traceback" not in done.err
    (cleaner.folder / "marked.toml").write_bytes(b"\xef\xbb\xbf" + (HEAD + a_rule("x")).encode())
    assert cleaner("clean", "--rules", "marked.toml", stdin=b"It rained.\nx\n").out == b"It rained.\n"


def test_files_of_slow_patterns_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each pattern is just quick enough to be allowed; together they would take minutes."""
    monkeypatch.setattr("cleaner.ruleset.rule_file._SECONDS_AT_MOST", 2.0)
    source = HEAD + "".join(a_rule(f"(?:.*){{5}}!{number}", number) for number in range(300))
    start = time.process_time()
    with pytest.raises(RuleError, match="to look at the patterns of the file took more than 2 s"):
        parse(source, "x", "slow.toml", {})
    assert time.process_time() - start < 5
