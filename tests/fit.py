"""Fitting of the line classifier: `python -m tests.fit PAGES.jsonl.gz…` makes the trees of `rules/any/shape.toml` again, byte for byte.

PAGES hold one page a line, as JSON: `id`, `url`, `set`, `kind`, `gold` (the article's body, made by hand) and `texts` (by extractor,
what it left; `fullpage` is the whole page). Each text is cleaned by the other rules of level `standard`. The lines that are left are
fitted: once with the lines that went before marked as removed, and once without them. The table that is printed is for sites that were
left out of the fit, a third at a time. It needs `pip install '.[fit]'`.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from hashlib import md5
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np

from cleaner.engine.deadline import Deadline
from cleaner.engine.engine import Engine
from cleaner.engine.language import LanguageDetector
from cleaner.engine.line_classifier import LineClassifier
from cleaner.engine.matcher import View
from cleaner.ruleset.layers import load
from cleaner.ruleset.prepare import shape_literals
from cleaner.ruleset.rule import Feature, Tree
from cleaner.ruleset.schema import FACTS
from cleaner.ruleset.trees import TreeReader
from tests.conftest import ROOT

TARGET = ROOT / "rules/any/shape.toml"
RULE = "any/shape/stray-line"
#: What stands before and behind the trees in the rule file.
BEGIN, END = "# Trees, fitted by python -m tests.fit.\ntrees = [\n", "]\n# End of the fitted trees.\n"
#: The features that trees may ask about.
FEATURES = (
    "words", "length", "relative-words", "ends", "sentences", "dropped", "stop-words", "capitals", "small", "digits",
    "signs", "bars", "commas", "colon", "dates", "page-words", "blank-before",
    "blank-share", "repeats", "known-words", "prose-total", "prose-share", "words-before", "words-after", "prose-before",
    "prose-after", "gap", "from-start", "from-end", "lines", "words[1]", "words[-1]", "capitals[1]", "colon[-1]",
    "blank-before[1]", "words[-10..10]",
    "words[-2..2]", "prose-words[-5..5]", "prose-words[-2..2]", "ends[-2..2]", "capitals[-5..5]",
    "stop-words[-5..5]", "bullet[-5..5]", "dates[-5..5]", "bars[-5..5]", "digits[-5..5]", "page-words[-5..5]",
    "removed[-20..20]", "removed[-1]", "removed[1]", "prose-words[-20..20]", "legal[seen]", "words[-20..-1]", "words[1..20]",
    "comments-heading[seen]", "related-heading[seen]",
)  # fmt: skip
TREES, LEAVES, DEPTH, RATE, PARTS = 80, 16, 5, 0.2, 3
#: Points of a factor of e in the odds.
UNIT = 100
WORDS = re.compile(r"\w+")
#: Number of words in a row by which a line is known to be of the body.
SHINGLE = 4


class Text(NamedTuple):
    """One text of a page, with or without the lines that rules removed, and its lines' features and labels."""

    page: str
    site: str
    group: str
    without: bool
    extractor: str
    is_article: bool
    lines: Sequence[str]
    removed: Sequence[bool]
    rows: np.ndarray
    in_body: np.ndarray
    counts: np.ndarray


def pages(paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The pages of some files that have a body."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from (page for page in map(json.loads, file) if page["gold"].strip())


def site_of(page: Mapping[str, Any]) -> str:
    """Host of a page; what stands in its id before the date or number where the address is unknown."""
    return urlsplit(page["url"] or "").netloc or re.sub(r"[_\d].*", "", page["id"])


class Reader:
    """Turns pages into texts with features."""

    def __init__(self) -> None:
        rules = load()
        shape = next(rule.shape for rule in rules.rules if rule.name == RULE and rule.shape)
        self.engine = Engine([each for each in rules.at("standard").prepared if not each.rule.shape], rules.languages)
        self.detector = LanguageDetector(rules.languages)
        self.reader = TreeReader((*FACTS, *dict(shape.patterns), *dict(shape.words)))
        for name in FEATURES:
            self.reader.read(f"{name} < 0 ? 0 : 0")
        self.features: Sequence[Feature] = [*self.reader.features]
        self.classifier = LineClassifier(shape._replace(features=tuple(self.features)), shape_literals(shape))

    def texts(self, page: Mapping[str, Any]) -> Iterator[Text]:
        gold = WORDS.findall(page["gold"])
        known = {tuple(gold[index : index + SHINGLE]) for index in range(len(gold))}
        said = f" {' '.join(gold)} "

        def share(line: str) -> float:
            found = WORDS.findall(line)
            if len(found) < SHINGLE:
                return float(f" {' '.join(found)} " in said)
            shingles = [tuple(found[index : index + SHINGLE]) for index in range(len(found) - SHINGLE + 1)]
            return sum(shingle in known for shingle in shingles) / len(shingles)

        for extractor, text in {**page["texts"], "body": page["gold"]}.items():
            text = text.encode("utf-8", "replace").decode()
            view = View(text)
            if not 0 < len(view.lines) <= 3000 or view.has_long_lines:
                continue
            result = self.engine.clean(text)
            gone = np.zeros(len(text) + 1)
            for removal in result.removals:
                gone[removal.start : removal.end] = 1
            removed = [gone[line.start + line.indent : line.end].mean() > 0.5 for line in view.document.solid]
            stop_words = self.detector.vocabulary(self.detector.detect(text).code).stop_words
            shares, counts = [share(line) for line in view.lines], [len(WORDS.findall(line)) for line in view.lines]
            for without in (False, True) if any(removed) else (False,):
                kept = [index for index, is_removed in enumerate(removed) if not (without and is_removed)]
                if not kept:
                    continue
                lines, flags = [view.lines[index] for index in kept], [removed[index] for index in kept]
                blank = [view.blank_before[index] for index in kept]
                found = self.classifier.features(lines, blank, stop_words, flags, Deadline(len(text) * 10))
                rows = np.array([found.column(feature) for feature in self.features], np.float32).T
                yield Text(
                    page["id"], site_of(page), page["set"], without, extractor, page["kind"] == "article", lines, flags, rows,
                    np.array([shares[index] for index in kept]), np.array([counts[index] for index in kept]),
                )  # fmt: skip


def weights(texts: Sequence[Text]) -> np.ndarray:
    """Weight of each line in the fit."""
    kept_by: dict[tuple[str, str], set[str]] = defaultdict(set)
    extractors: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        if text.extractor not in ("fullpage", "body"):
            extractors[text.page].add(text.extractor)
            for line in text.lines:
                kept_by[text.page, line].add(text.extractor)
    all_weights = []
    for text in texts:
        weight = np.sqrt(np.maximum(text.counts, 1))
        weight *= {"fullpage": 0.5, "body": 0.5}.get(text.extractor, 1.0)
        weight[(text.in_body > 0.2) & (text.in_body < 0.8)] *= 0.3
        weight[text.counts == 0] *= 0.1
        if not text.is_article:
            weight *= 0.5
        is_chrome = text.in_body < 0.5
        if text.extractor not in ("fullpage", "body"):
            # What most extractors keep is often part of the article in a reader's eyes: headlines, lists, captions.
            agreement = np.array([len(kept_by[text.page, line]) / len(extractors[text.page]) for line in text.lines])
            weight *= np.where(is_chrome & (agreement > 0.5), 1 - 0.6 * agreement, 1)
            # Bodies hold no headline. It is no chrome for that.
            weight *= np.where(is_chrome & (np.arange(len(weight)) < 3) & (text.counts >= 5), 0.2, 1)
        all_weights.append(weight)
    joined: np.ndarray = np.concatenate(all_weights)
    return joined


def notation(node: Mapping[str, Any]) -> str:
    """A tree of LightGBM as a rule file has it."""
    if "leaf_value" in node:
        return f"{round(UNIT * node['leaf_value']):d}"
    bound = node["threshold"]
    digits = f"{max(bound, 0.0001):.4g}" if bound > 0 else f"{bound:.4g}" if bound < -0.001 else "0.0001"
    return f"{FEATURES[node['split_feature']]} < {digits} ? {notation(node['left_child'])} : {notation(node['right_child'])}"


def fit(rows: np.ndarray, is_chrome: np.ndarray, weight: np.ndarray) -> list[Mapping[str, Any]]:
    """Trees of LightGBM, as it describes them itself."""
    import lightgbm

    settings = {
        "objective": "binary", "num_leaves": LEAVES, "max_depth": DEPTH, "learning_rate": RATE, "min_data_in_leaf": 100, "max_bin": 63,
        "use_missing": False, "deterministic": True, "force_row_wise": True, "num_threads": 1, "seed": 1, "verbose": -1,
    }  # fmt: skip
    model = lightgbm.train(settings, lightgbm.Dataset(rows, is_chrome, weight=weight), TREES)
    return [tree["tree_structure"] for tree in model.dump_model()["tree_info"]]


def points(trees: Sequence[Tree], rows: np.ndarray) -> np.ndarray:
    """Points of each row."""
    total = np.zeros(len(rows))

    def add(node: Tree, chosen: np.ndarray) -> None:
        if isinstance(node, tuple):
            feature, bound, below, above = node
            is_below = rows[chosen, feature] < np.float32(bound)
            add(below, chosen[is_below])
            add(above, chosen[~is_below])
        else:
            total[chosen] += node

    for tree in trees:
        add(tree, np.arange(len(rows)))
    return total


def part_of(site: str) -> int:
    """Part of the sites that a site belongs to."""
    return int(md5(site.encode()).hexdigest(), 16) % PARTS


def table(texts: Sequence[Text], given: np.ndarray) -> Iterator[str]:
    """What would go at each number of points, on sites that were left out of the fit."""
    spread: np.ndarray = np.repeat(np.arange(len(texts)), [len(text.lines) for text in texts])
    counts, in_body = (np.concatenate([getattr(text, name) for text in texts]) for name in ("counts", "in_body"))
    removed = np.concatenate([np.array(text.removed) for text in texts])
    with_rules = np.array([text.is_article and not text.without for text in texts])
    news = np.array([text.group in ("scrapinghub", "fundus", "fundus-parsers") for text in texts])
    whole, body = (np.array([text.extractor == name for text in texts]) for name in ("fullpage", "body"))
    yield "points   outputs of extractors: chrome words gone, article words gone, article lines gone of 1,000 | whole pages: F1 of words"
    for least in range(-150, 401, 25):
        goes = given > least
        looked_at = (with_rules & news & ~whole & ~body)[spread] & ~removed & (counts > 3)
        chrome, article = looked_at & (in_body < 0.2), looked_at & (in_body > 0.8)
        left = (with_rules & news & whole)[spread] & ~removed
        kept_words, right = counts[left & ~goes].sum(), counts[left & ~goes & (in_body > 0.5)].sum()
        body_words = counts[(with_rules & news & whole)[spread] & (in_body > 0.5)].sum()
        precision, recall = right / max(1, kept_words), right / max(1, body_words)
        of_chrome, of_article = (counts[lines & goes].sum() / max(1, counts[lines].sum()) for lines in (chrome, article))
        yield (
            f"{least:6d}   {of_chrome:6.1%} {of_article:8.3%} {1000 * goes[article].mean():6.2f} | "
            f"{2 * precision * recall / (precision + recall):.3f}"
        )


def main(paths: Sequence[str]) -> None:
    reader = Reader()
    texts = [text for page in pages(paths) for text in reader.texts(page)]
    weight = weights(texts)
    rows = np.concatenate([text.rows for text in texts])
    is_chrome = (np.concatenate([text.in_body for text in texts]) < 0.5).astype(int)
    to_fit = ~np.concatenate([np.array(text.removed) for text in texts])
    lengths = [len(text.lines) for text in texts]
    part: np.ndarray = np.repeat([part_of(text.site) for text in texts], lengths)
    sys.stdout.write(f"{len(texts)} texts of {len({text.site for text in texts})} sites, {len(rows)} lines\n")
    validated = np.zeros(len(rows))
    for left_out in range(PARTS):
        chosen = to_fit & (part != left_out)
        trees = [reader.reader.read(notation(tree)) for tree in fit(rows[chosen], is_chrome[chosen], weight[chosen])]
        validated[part == left_out] = points(trees, rows[part == left_out])
    sys.stdout.writelines(f"{row}\n" for row in table(texts, validated))
    sources = [notation(tree) for tree in fit(rows[to_fit], is_chrome[to_fit], weight[to_fit])]
    text = TARGET.read_text(encoding="utf-8")
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    written = text[:begin] + "".join(f'  "{source}",\n' for source in sources) + text[end:]
    TARGET.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
