"""Measure, and print tables as `tests/README.md` and `cleaner/adapters/README.md` have them.

    python -m tests.bench            # all of it, some minutes
    python -m tests.bench matching   # or a part: matching, pages, pipe, batch, growth
    python -m tests.bench pages=DIR  # pages against peers, on the HTML files of a folder
    python -m tests.bench learn      # learning beside cleaning; not part of all
    python -m tests.bench scale=200  # a corpus of so many MB through every way there is; not part of all

Everything of one table is measured in turns in one run, as CPU time where nothing else is said, and the median of five is taken: ratios
hold on a busy machine, single figures don't.
"""

from __future__ import annotations

import importlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import log10
from pathlib import Path
from typing import Any

import ahocorasick_rs
import regex

from cleaner import Cleaner
from cleaner.engine.candidates import CandidateFinder, KnownLines
from cleaner.engine.deadline import Deadline
from cleaner.engine.engine import Engine
from cleaner.engine.matcher import View
from cleaner.engine.matchers import Matchers
from cleaner.patterns.casefold import fold
from cleaner.ruleset.layers import load
from tests.bench import learning, synthetic_pages
from tests.bench import scale as corpora

ROUNDS = 5
MANY_RULES = (150, 1000, 3000)
#: Text enough for the automaton to be worth building.
LONG = "".join(f"The ferry sailed {number} times.\n" for number in range(10_000))


def main() -> None:
    """Print the tables that were asked for."""
    parts: dict[str, Callable[[], None]] = {"matching": matching, "pages": pages, "pipe": pipe, "batch": batch, "growth": growth}
    for part in sys.argv[1:] or parts:
        name, _, value = part.partition("=")
        if name == "scale":
            scale(int(value or 20))
        elif name == "learn":
            table(
                "Learning from 10,000 pages",
                ["corpus", "batch, CPU s", "learn, CPU s", "ratio", "MB of the largest process"],
                learning.measured(),
            )
        elif name == "pages" and value:
            pages(Path(value))
        else:
            parts[name]()


def measured(runs: Mapping[str, Callable[[], object]], deadline: Callable[[], float] = time.process_time) -> dict[str, float]:
    """Seconds that each of some runs takes: medians, the runs in turns."""
    for run in runs.values():
        run()  # what is made when first needed doesn't count
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            start = deadline()
            run()
            seconds[name].append(deadline() - start)
    return {name: statistics.median(each) for name, each in seconds.items()}


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table in Markdown."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    sys.stdout.write(f"\n{title}\n\n" + "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines))
    sys.stdout.flush()


def matching() -> None:
    """Step one alone, which lines bear which mark, against the loop over all rules and against the least that any way could take."""
    standard = load().at("standard")
    shipped = standard.prepared
    texts = synthetic_pages.pages(60, standard.rules)
    views = [View(text) for text in texts]
    size = sum(map(len, texts))
    few = views[:2]
    rows = []
    for rules in (synthetic_pages.padded(shipped, 150), shipped, *(synthetic_pages.padded(shipped, number) for number in MANY_RULES[1:])):
        matchers = Matchers(rules)
        marks, active = CandidateFinder(matchers), frozenset(range(len(rules)))
        patterns = [regex.compile(rf"^(?:{each.rule.match})$", regex.IGNORECASE | regex.MULTILINE) for each in rules if each.rule.match]
        literals = sorted({literal.encode() for rule in rules for each in rule.required for literal in each.literals})
        automaton = ahocorasick_rs.BytesAhoCorasick(literals)
        marks.of(View(LONG), active, KnownLines())  # so that the automaton is built

        def in_turn(patterns: Sequence[regex.Pattern[str]]) -> None:
            for view in few:
                for pattern in patterns:
                    pattern.findall(view.document.compact)

        def ours(marks: CandidateFinder, active: frozenset[int]) -> None:
            for view in views:
                view.deadline = Deadline(len(view.document.text))  # those before were long ago
                marks.of(view, active, KnownLines())

        def floor(automaton: Any) -> None:
            for view in views:
                automaton.find_matches_as_indexes(fold(view.document.compact))

        took = measured({"naive": partial(in_turn, patterns), "ours": partial(ours, marks, active), "floor": partial(floor, automaton)})
        naive = took["naive"] * size / sum(len(view.document.text) for view in few)
        rows.append(
            (f"{len(rules):,}", f"{size / 1e6 / took['ours']:.1f}", f"{naive / took['ours']:.0f} ×", f"{took['floor'] / took['ours']:.2f}")
        )
    table("Matching", ["Rules", "MB/s", "times the loop over all rules", "part of the floor"], rows)


def pages(folder: Path | None = None) -> None:
    """Whole pages: `Cleaner.clean` with its removals and its proof, against what finds the article in the same pages' HTML.

    Args:
        folder: Where HTML files are, of which we get the text that `resiliparse` finds in them; by default, pages are made, in the
            simplest HTML there is.
    """
    cleaner = Cleaner()
    if folder:
        plain = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
        webs = [path.read_text("utf-8", "replace") for path in sorted(folder.rglob("*.html"))]
        texts = [plain(web, main_content=True) for web in webs]
    else:
        texts = synthetic_pages.pages(60, load().rules)
        webs = [synthetic_pages.html(text) for text in texts]

    def over(function: Callable[[str], object], inputs: Sequence[str]) -> None:
        for each in inputs:
            function(each)

    cleaner.clean(LONG)
    runs: dict[str, Callable[[], object]] = {"cleaner": partial(over, cleaner.clean, texts)}
    for name, call in (("trafilatura", "extract"), ("justext", "justext"), ("resiliparse.extract.html2text", "extract_plain_text")):
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        function = getattr(module, call)
        runs[name] = partial(over, partial(function, stoplist=module.get_stoplist("English")) if name == "justext" else function, webs)
    took = measured(runs)
    rows = [(name, f"{len(texts) / seconds:,.0f}", f"{seconds / took['cleaner']:.1f} ×") for name, seconds in took.items()]
    sizes = [round(sum(map(len, each)) / len(each) / 1000) for each in (texts, webs)]
    table(
        f"{len(webs)} pages on one core, of {sizes[0]} thousand characters of text and {sizes[1]} of HTML",
        ["", "pages/s", "its time, in ours"],
        rows,
    )


def pipe() -> None:
    """From the shell: a page of 30 kB through a pipe."""
    page = ("\n\n".join(synthetic_pages.pages(9, load().rules))).encode()[:30_000].rpartition(b"\n")[0]

    def run(*command: str) -> None:
        subprocess.run([sys.executable, *command], input=page, stdout=subprocess.DEVNULL, check=True)

    deadline = time.perf_counter
    lines = {"python -c pass": ("-c", "pass"), "cleaner": ("-m", "cleaner"), "python -c 'import typer'": ("-c", "import typer")}
    took = measured({name: partial(run, *line) for name, line in lines.items()}, deadline)
    rows = [(name, f"{1000 * seconds:.0f}", f"{seconds / took['python -c pass']:.1f} ×") for name, seconds in took.items()]
    table("A page of 30 kB through a pipe, on the clock", ["", "ms", "of python -c pass"], rows)


def batch() -> None:
    """A folder by one process and by two: what the second costs in CPU time."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in"
        source.mkdir()
        for number, page in enumerate(synthetic_pages.pages(2000, load().rules)):
            (source / f"{number}.txt").write_text(page, encoding="utf-8")

        def spent() -> float:
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            return used.ru_utime + used.ru_stime

        def run(processes: int) -> tuple[float, float]:
            start, cpu = time.perf_counter(), spent()
            line = [
                sys.executable,
                "-m",
                "cleaner",
                "batch",
                str(source),
                "-d",
                f"{folder}/out{processes}",
                "-j",
                str(processes),
                "--quiet",
            ]
            subprocess.run(line, check=True, stderr=subprocess.DEVNULL)
            return time.perf_counter() - start, spent() - cpu

        found: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
        for _ in range(3):
            for processes, runs in found.items():
                runs.append(run(processes))
    wall, cpu = ({n: statistics.median(each[which] for each in runs) for n, runs in found.items()} for which in (0, 1))
    rows = [(n, f"{wall[n]:.1f}", f"{cpu[n]:.1f}", f"{cpu[1] / cpu[n]:.2f}") for n in (1, 2)]
    table(f"A folder of 2,000 pages ({os.cpu_count()} cores)", ["processes", "s", "CPU s", "efficiency"], rows)


def scale(megabytes: int) -> None:
    """A corpus in 16 shards by our own runner and by others."""
    head = ["way", "s", "CPU s", "times plain", "documents a CPU second", "MB of the largest process"]
    table(f"A corpus of {megabytes} MB of text in 16 shards ({os.cpu_count()} cores)", head, corpora.measured(megabytes))


def growth() -> None:
    """Longer texts, and a picture of what they cost in `samples/growth.svg`."""
    rules = load().at("standard")
    engine = Engine(rules.prepared, rules.languages)
    engine.clean(LONG)
    rows = []
    costs: dict[str, list[tuple[int, float]]] = {"pages one after another": [], "few long lines": []}
    for size in (1_000, 10_000, 100_000, 1_000_000, 10_000_000):
        many = "\n\n".join(synthetic_pages.pages(size // 4_000 + 1, rules.rules))[:size]
        long = "\n".join(many.replace("\n\n", " ")[at : at + 40_000] for at in range(0, size, 40_000))
        took = measured({name: partial(engine.clean, text) for name, text in zip(costs, (many, long), strict=True)})
        for name, seconds in took.items():
            costs[name].append((size, seconds))
        rows.append((f"{size:,}", *(f"{1e9 * seconds / size:,.0f}" for seconds in took.values())))
    table("Cost of longer texts", ["characters", *(f"{name}, ns a character" for name in costs)], rows)
    (Path(__file__).parents[2] / "samples" / "growth.svg").write_text(drawn(costs), encoding="utf-8")


def drawn(costs: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """Seconds by characters, both as powers of ten: what grows with the text is a line that rises by one a step."""

    def x(size: float) -> float:
        return 60 + 100 * (log10(size) - 3)

    def y(seconds: float) -> float:
        return 240 - 45 * (log10(seconds) + 4)

    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 520 300" font-family="sans-serif" font-size="12" fill="#777">']
    for power in range(3, 8):
        parts.append(f'<text x="{x(10**power):.0f}" y="272" text-anchor="middle">{10**power:,}</text>')
    for power in range(-4, 2):
        height = y(10**power)
        parts.append(f'<text x="52" y="{height + 4:.0f}" text-anchor="end">{10**power:g} s</text>')
        parts.append(f'<path d="M60 {height:.0f}H480" stroke="#777" stroke-opacity=".25"/>')
    parts.append('<text x="270" y="292" text-anchor="middle">characters</text>')
    for colour, (name, points), label in zip(("#c33", "#36c"), costs.items(), (28, 46), strict=True):
        line = " ".join(f"{x(size):.0f},{y(seconds):.0f}" for size, seconds in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="76" y="{label}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    main()
