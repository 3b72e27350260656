"""`cleaner rules`: list, show, test, lint and compare rules, write their catalogue, and begin new ones."""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from rich.progress import track

from cleaner.authoring import template
from cleaner.authoring.compare import compare
from cleaner.authoring.examples import run_examples
from cleaner.authoring.lint import fires
from cleaner.authoring.lint import lint as look
from cleaner.cli import context, options, stdio
from cleaner.cli.inputs import texts
from cleaner.cli.learned_rules import accept, reject
from cleaner.cli.options import Option, SettingOptions, UsageError
from cleaner.cli.pager import paged
from cleaner.engine.engine import Engine
from cleaner.errors import InputError, Problem, RuleError
from cleaner.io import atomic, files
from cleaner.io.fields import Fields
from cleaner.patterns.casefold import AGAIN, TWICE
from cleaner.render import rules as render
from cleaner.render.console import console
from cleaner.render.description import describe, language_names, place
from cleaner.render.visible import visible
from cleaner.report.catalogue import catalogue as catalogue_page
from cleaner.result import Hints
from cleaner.ruleset.layers import RuleSet, load, rule_files, shipped_layer
from cleaner.ruleset.names import find_names, suggest
from cleaner.ruleset.rule import CONFIDENCES, PreparedRule, Rule
from cleaner.ruleset.schema import json_schema
from cleaner.ruleset.toml_locations import RuleSource
from cleaner.wording import counted

Tested = Annotated[Sequence[Path], Option(metavar="DIR", help="Rule folders or files to look at. Default: all rules in force.")]


#: Fields of a rule in the output of `cleaner rules list --json`.
_LISTED = (
    *("name", "family", "about", "remove", "takes", "confidence", "levels", "languages", "sites", "off_sites", "seen"),
    *("layer", "file", "line"),
)
#: Number of example texts of each sort that `show` shows.
_SHOWN = 4


def list_(
    pattern: Annotated[str, Option(metavar="GLOB", help="Only rules whose name matches: any/credits/*, or part of a name.")] = "",
    family: Annotated[
        str, Option("--family", metavar="NAME", autocompletion=options.families, help="Only of this family: credits, share, …")
    ] = "",
    site: Annotated[str, Option("--site", metavar="HOST", help="Only rules for this site.")] = "",
    language: Annotated[str, Option("--language", metavar="TAG", help="Only rules for this language: en, de, …")] = "",
    confidence: Annotated[str, Option("--confidence", metavar="NAME", help="Only high, medium or low.")] = "",
    search: Annotated[
        str, Option("--search", metavar="TEXT", help="Only rules with this in their name, description, pattern or examples.")
    ] = "",
    no_pager: options.NoPager = False,
    as_json: options.JsonLines = False,
    *,
    layers: options.RuleOptions,
) -> int:
    """List the rules in force.

    What later layers switched off or changed stands below.
    """
    rule_set = context.rule_set(context.settings(SettingOptions(layers=layers)))
    code = Hints(language=language).primary_language
    names = language_names(rule_set)
    _see_that_it_is_known("--confidence", confidence, CONFIDENCES)
    _see_that_it_is_known("--family", family, {*rule_set.families, *(rule.family for rule in rule_set.rules)})
    _see_that_it_is_known("--language", code, {*names, *(code for rule in rule_set.rules for code in rule.languages)}, names)
    named = {rule.name for rule in rule_set.rules if pattern in rule.name}
    names_of_all = [rule.name for rule in rule_set.rules]
    named = named or {*find_names(pattern, names_of_all, rule_set.renamed)}
    if pattern and not named:
        raise InputError(pattern, "no rule in force has such a name", suggest(pattern, (), names_of_all))
    fitting = (rule for rule in rule_set.rules if rule.name in named and _fits(rule, family, site, code))
    chosen = [rule for rule in fitting if confidence in ("", rule.confidence) and _holds(rule, search.casefold())]
    if as_json:
        for rule in chosen:
            stdio.write_json({name: getattr(rule, name) for name in _LISTED})
        return 0
    with paged(not no_pager):
        out = console()
        for line in [*(render.table(chosen, rule_set, out) if chosen else ()), *render.footer(len(chosen), rule_set)]:
            out.print(line, soft_wrap=True)
    return 0


def _see_that_it_is_known(option: str, given: str, known: Collection[str], in_words: Mapping[str, str] = MappingProxyType({})) -> None:
    """Check the value of an option, which may be empty.

    Args:
        option: Name of the option.
        given: Its value.
        known: Values that it may have.
        in_words: What people call these values; such a word isn't accepted, but it is understood.

    Raises:
        UsageError: The value isn't known; the error says what may be meant.
    """
    if given and given not in known:
        words = {word.casefold(): value for value, word in in_words.items()} | {value: value for value in known}
        near = get_close_matches(given.casefold(), words, 1)
        remedy = f"did you mean {words[near[0]]}?" if near else f"it is one of {', '.join(sorted(known))}"
        raise UsageError(f"{visible(given)} isn't known: {remedy}", f"'{option}'")


def _fits(rule: Rule, family: str, site: str, language: str) -> bool:
    if family not in ("", rule.family) or (language and language not in rule.languages):
        return False
    return not site or Hints(url=site).is_on(rule.sites)


def _holds(rule: Rule, searched: str) -> bool:
    """Whether a rule's name, description, pattern or examples hold a case-folded text."""
    examples = (text for example in rule.examples for text in example)
    return any(searched in text.casefold() for text in (rule.name, rule.about, rule.match, *rule.removes, *rule.all_keeps, *examples))


def show(
    name: Annotated[str, Option(metavar="NAME", autocompletion=options.rule_names, help="A rule's full name, the end of it, or a glob.")],
    source: Annotated[bool, Option("--source", help="Show its TOML.")] = False,
    no_pager: options.NoPager = False,
    *,
    layers: options.RuleOptions,
) -> int:
    """Show what a rule takes, with examples.

    It says how sure the rule is, for which languages and sites it is, and how to switch it off.
    """
    rule_set = context.rule_set(context.settings(SettingOptions(layers=layers)))
    everyone = {prepared.name: prepared for prepared in (*(off for off, _ in rule_set.off), *rule_set.prepared)}
    names = find_names(name, everyone, rule_set.renamed)
    if not names:
        raise InputError(name, "no such rule", suggest(name, (), everyone))
    with paged(not no_pager):
        out = console()
        for prepared in map(everyone.__getitem__, names):
            described = describe(prepared, rule_set, _SHOWN)
            if source:
                text = RuleSource.of(prepared.rule, files.read(Path(prepared.rule.file)).decode("utf-8")).source
                for line in render.whole(prepared.rule, text, _looked_for(prepared), described.notes):
                    out.print(line, soft_wrap=True)
            else:
                out.print(render.card(described, out))
    return 0


#: Names, for people, of literals that stand for a kind of line.
_SIGNS = {TWICE: "the same twice", AGAIN: "the same again on the next line"}


def _looked_for(prepared: PreparedRule) -> set[str]:
    """The literals of a rule; empty if one of its alternatives has none."""
    choices = [required.literals for required in prepared.required]
    return {_SIGNS.get(literal.strip("\n")) or literal.strip("\n") for literal in frozenset().union(*choices)} if all(choices) else set()


def catalogue(
    output: Annotated[Path | None, Option("--output", "-o", metavar="FILE", help="HTML file to write.")] = None,
    *,
    layers: options.RuleOptions,
) -> int:
    """Write all rules in force into one page for the browser.

    It says what each rule takes, how sure it is, what goes and what stays, and how to switch it off. The page needs no network.
    """
    if not output:
        raise UsageError("say where the page goes: rules.html", "'--output'")
    chosen = context.settings(SettingOptions(layers=layers))
    of_rules = (file for layer in [shipped_layer(), *chosen.layers] if layer.path for _, file in rule_files(layer.path))
    if any(stdio.same_file(output, file) for file in of_rules):
        raise InputError(output, "is a rule file, and would be overwritten", "name another file")
    rule_set = context.rule_set(chosen)
    stdio.write(output, catalogue_page(rule_set))
    if str(output) != stdio.STDIN:
        stdio.warn(f"{counted(len(rule_set.rules), 'rule')}: {output}")
    return 0


def run_tests(
    sources: Tested = (),
    *,
    layers: options.RuleOptions,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print nothing if all is well.")] = False,
) -> int:
    """Run the examples inside rule files.

    Every rule must have a text that it removes and one that it leaves. What one rule's `keeps` say is article no other rule may take.
    The exit code is 3 if a rule doesn't do what they say.
    """
    tested, rule_set = _under_test(sources, layers)
    report = run_examples(tested, rule_set.prepared)
    stdio.warn_problems(report.problems)
    if not quiet or report.problems:
        failed = len({problem.rule for problem in report.problems})
        verdict = f"{failed:,} of {counted(report.rules, 'rule')} failed" if failed else f"{counted(report.rules, 'rule')} passed"
        near_misses = f"the near misses of {counted(len(rule_set.prepared), 'rule')}"
        stdio.echo(f"{verdict}: tried on {counted(report.texts, 'text')}, and on {near_misses}")
    return stdio.BAD_RULES if report.problems else 0


def lint(
    sources: Tested = (),
    on: Annotated[
        Sequence[Path],
        Option("--on", metavar="DIR", help="Also name rules that never remove anything from these texts. Repeatable."),
    ] = (),
    level: options.Level = None,
    *,
    layers: options.RuleOptions,
) -> int:
    """Look for slow, risky and needless rules.

    A rule is needless if others take all that it takes. With --on, also say which rules never remove anything from a corpus; that alone
    is no fault. The exit code is 3 if there is something to mend.
    """
    tested, rule_set = _under_test(sources, layers)
    findings = list(look(tested, rule_set.prepared))
    for finding in findings:
        stdio.warn(f"warning: {finding}")
    if on:
        chosen = context.settings(SettingOptions(level=level, layers=layers))
        at_work = Engine(rule_set.at(chosen.level).prepared, rule_set.languages)
        counts = fires(at_work, (text for _, text in _texts(on)), Hints(language=chosen.language))
        idle = [matcher.rule for matcher in at_work.matchers if matcher.prepared in tested and not counts[matcher.rule.name]]
        for rule in idle:
            stdio.echo(f"removes nothing: {rule.name}  {place(rule)}")
        stdio.echo(f"{counted(len(idle), 'rule')} removed nothing, {sum(1 for rule in tested if counts[rule.name]):,} something")
    risky = len({finding.rule.name for finding in findings})
    stdio.echo(f"{counted(len(tested), 'rule')} looked at, " + (f"{risky:,} with something to mend" if risky else "nothing to mend"))
    return stdio.BAD_RULES if findings else 0


def _under_test(sources: Sequence[Path], layers: options.RuleOptions) -> tuple[Sequence[PreparedRule], RuleSet]:
    """The rules in the sources, by default all, and all rules in force with them."""
    chosen = context.settings(SettingOptions(layers=layers._replace(rules=[*layers.rules, *sources])))
    rule_set = context.rule_set(chosen)
    if not sources:
        return rule_set.prepared, rule_set
    folders = [source.resolve() for source in sources]

    def inside(file: str) -> bool:
        return any(Path(file).resolve().is_relative_to(folder) for folder in folders)

    tested = [rule for rule in rule_set.prepared if any(map(inside, (rule.rule.file, *(exempt.file for exempt in rule.rule.exemptions))))]
    return tested, rule_set


def new(
    file: Annotated[Path, Option(metavar="FILE", help="The rule file to begin: my-rules/coast-gazette.toml")],
    site: Annotated[Sequence[str], Option("--site", metavar="HOST", help="Only for this site. Repeatable.")] = (),
) -> int:
    """Begin a rule file, with one rule that works.

    Beside it the schema is written, by which editors complete and check rule files.
    """
    if file.suffix != ".toml":
        raise InputError(file, "a rule file's name ends in .toml", f"write {file}.toml")
    if file.exists():
        raise InputError(file, "is there already", "name another file, or edit it")
    schema = file.parent / "schema.json"
    text = template.text(file.stem, [host.lower() for host in site])
    try:
        template.check(text, file)
    except RuleError as error:
        raise InputError(file, f"can't be begun: {error.problems[0].message}", error.problems[0].remedy) from error
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError.from_os(file.parent, error, "can't be made") from error
    if not schema.exists():
        atomic.write(schema, _schema())
    atomic.write(file, text.encode())
    url = f" --url https://{site[0]}/" if site else ""
    name = shlex.quote(str(file))
    stdio.echo(f"wrote {file}. Next:")
    stdio.echo(f"  cleaner preview --watch --rules {name}{url} PAGE.txt")
    stdio.echo(f"  cleaner rules test {name}")
    return 0


def _schema() -> bytes:
    return json.dumps(json_schema(), indent=2).encode() + b"\n"


def schema(
    output: Annotated[Path | None, Option("--output", "-o", metavar="FILE", help="File to write to. Default: standard output.")] = None,
) -> int:
    """Print the JSON Schema of rule files, for editors."""
    stdio.write(output, _schema())
    return 0


def diff(
    old: Annotated[str, Option(metavar="OLD", help="Rule folder or file, added to the shipped rules; - means the shipped rules alone.")],
    new: Annotated[str, Option(metavar="NEW", help="The changed rules, in the same form.")],
    corpus: Annotated[Sequence[Path], Option(metavar="CORPUS", help="Folders and files: texts, JSONL, Parquet, WET.")],
    alone: Annotated[bool, Option("--alone", help="OLD and NEW are complete rule sets; don't add the shipped rules.")] = False,
    samples: Annotated[int, Option("--samples", min=0, metavar="N", help="Texts to show for each rule.")] = 5,
    as_json: options.Json = False,
    language: options.Language = None,
    level: options.Level = None,
) -> int:
    """Show what a change of rules changes in a corpus.

    It shows which removals are gained and lost, by rule, with samples.
    """
    chosen = context.settings(SettingOptions(language, level, options.RuleOptions(isolated=True)))
    sets, problems = [], list[Problem]()
    for name in (old, new):
        try:
            sets.append(load([] if name == stdio.STDIN else [Path(name)], shipped=not alone))
        except RuleError as error:
            problems += error.problems
    if problems:
        raise RuleError(dict.fromkeys(problems))
    before, after = (Engine(rule_set.at(chosen.level).prepared, rule_set.languages) for rule_set in sets)
    comparison = compare(_texts(corpus), before, after, Hints(language=chosen.language), samples)
    if as_json:
        answer = {
            "documents": comparison.documents,
            "changed": comparison.changed,
            "gained": {rule: change.as_dict() for rule, change in sorted(comparison.gained.items())},
            "lost": {rule: change.as_dict() for rule, change in sorted(comparison.lost.items())},
            "renamed": [{"old": was, "new": now, "pieces": count} for (was, now), count in sorted(comparison.renamed.items())],
        }
        stdio.write_json(answer)
    else:
        console().print(render.comparison(comparison))
    return 0


def _texts(sources: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Names and texts of a corpus; errors for unreadable ones are printed.

    Raises:
        InputError: A source is missing.
    """
    sources = list(sources)
    for missing in (source for source in sources if not source.exists()):
        raise InputError(missing, "no such file or folder")
    err = console(stderr=True)
    corpus = texts(sources, Fields(), "", lambda error: stdio.warn(f"warning: {error}"))
    for text in track(corpus, "reading", console=err, transient=True, disable=not err.is_terminal):
        yield text.name, text.read.text


#: What `cleaner rules` is about, and its commands.
rules = (
    "List, show, test and compare rules; begin new ones.",
    {
        "list": list_,
        "show": show,
        "catalogue": catalogue,
        "test": run_tests,
        "lint": lint,
        "new": new,
        "schema": schema,
        "diff": diff,
        "accept": accept,
        "reject": reject,
    },
)
