"""Help: options in groups, examples at the end, one line for each command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from typer.core import TyperCommand, TyperGroup

#: Groups of options, in the order of the help; what is in none comes first.
GROUPS: Mapping[str, Sequence[str]] = {
    "Which files": ("--include", "--exclude", "--no-ignore", "--encoding"),
    "Documents in files": ("--text-field", "--id-field", "--url-field", "--group-by"),
    "The page": ("--url", "--title", "--language"),
    "Rules": ("--level", "--rules", "--disable", "--isolated"),
    "The run": ("--jobs", "--shard", "--resume", "--force", "--strict", "--durable", "--quiet"),
    "General": ("--install-completion", "--show-completion", "--version", "--help"),
}


class Example(NamedTuple):
    """A command line, and what it is for."""

    line: str
    purpose: str


#: Examples for each command, by its name; those of the program itself have an empty name.
EXAMPLES: Mapping[str, Sequence[Example]] = {
    "": (
        Example("cleaner preview page.txt", "See what would go. Nothing is written."),
        Example("cat page.txt | cleaner > article.txt", "Clean a text through a pipe."),
        Example("cleaner batch pages -d clean", "Clean a folder into another one."),
    ),
    "clean": (
        Example("cleaner page.txt > article.txt", "`clean` is the command if none is named."),
        Example("cleaner clean page.txt -o article.txt --audit gone.jsonl", "Keep what goes; `cleaner restore` puts it back."),
        Example("cleaner clean page.txt --level safe", "Take only what is surely chrome."),
    ),
    "batch": (
        Example("cleaner batch pages -d clean", "Clean all texts of a folder."),
        Example("cleaner batch corpus.jsonl -d clean --removals-field removals", "Clean JSONL, and keep what goes in each record."),
        Example("cleaner batch pages -d clean --resume", "Go on with a run that was interrupted."),
    ),
    "merge-manifests": (Example("cleaner merge-manifests clean", "Sum up all shards of a batch."),),
    "preview": (
        Example("cleaner preview page.txt", "See what would go, and by which rule."),
        Example("cleaner preview page.txt --side-by-side", "Set the clean text beside the original."),
        Example("cleaner preview pages --only-removed", "See only what goes, of all texts of a folder."),
    ),
    "report": (Example("cleaner report pages -o report.html", "Look at a whole corpus in the browser."),),
    "review": (
        Example("cleaner review pages", "Say what is wrong; it becomes rules of your own."),
        Example("cleaner review --learned drafts", "Accept or reject what `cleaner learn` has found."),
    ),
    "learn": (
        Example("cleaner learn pages --into drafts", "Find the chrome of each site, as rules."),
        Example("cleaner batch pages -d clean --rules drafts", "Clean with them."),
    ),
    "restore": (
        Example("cleaner restore article.txt --audit gone.jsonl", "Put back what `clean --audit` took."),
        Example("cleaner restore clean --audit gone.jsonl -o pages", "The same for all that `batch --audit` took."),
    ),
    "explain": (
        Example("cleaner explain page.txt:12", "Which rule takes line 12, or why does it stay?"),
        Example("cleaner explain --text 'READ MORE: Ferries sail again'", "The same for a text."),
    ),
    "config": (Example("cleaner config", "See settings, rule folders, and what is switched off."),),
    "rules": (
        Example("cleaner rules list --language de", "See the rules for German."),
        Example("cleaner rules show en/share/share-line", "See what a rule takes, and what it leaves."),
        Example("cleaner rules catalogue -o rules.html", "Make a page of all rules, to search."),
        Example("cleaner rules new my-rules/gazette.toml", "Begin a rule file of your own."),
        Example("cleaner rules test my-rules", "Run the examples in it."),
        Example("cleaner rules accept --from drafts", "List the doubtful rules that `cleaner learn` has found."),
        Example("cleaner rules accept gazette/tides --from drafts", "Accept one of them."),
    ),
}


class Command(TyperCommand):
    """A command whose help has groups and examples."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options, in groups."""
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write examples."""
        _write_examples(ctx, formatter)


class Group(TyperGroup):
    """A group of commands whose help has examples."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write commands, then options."""
        self.format_commands(ctx, formatter)
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write examples, and where more is to be read."""
        _write_examples(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(
            f"`{ctx.command_path.replace('cleaner', 'cleaner help', 1)} COMMAND` has the options of a command, and more examples."
        )


def sections(command: TyperCommand | TyperGroup, ctx: Any) -> dict[str, list[tuple[str, str]]]:
    """Arguments and options of a command, each with what its help says, by group."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in ("Arguments", "Options", *GROUPS)}
    of_option = {option: name for name, options in GROUPS.items() for option in options}
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if not record:
            continue
        if parameter.param_type_name == "argument":
            found["Arguments"].append((parameter.metavar or "", record[1]))
        else:
            found[next((of_option[name] for name in parameter.opts if name in of_option), "Options")].append(record)
    return found


def _write_options(command: TyperCommand | TyperGroup, ctx: Any, formatter: Any) -> None:
    for name, rows in sections(command, ctx).items():
        if rows:
            with formatter.section(name):
                formatter.write_dl(rows)


def _write_examples(ctx: Any, formatter: Any) -> None:
    _, _, name = ctx.command_path.partition(" ")
    examples = EXAMPLES.get(name, ())
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{'':{formatter.current_indent}}{example.line}\n{'':{formatter.current_indent + 4}}{example.purpose}\n")


def welcome() -> list[str]:
    """Lines that `cleaner` says at a terminal if it is given nothing: three commands to try."""
    width = max(len(example.line) for example in EXAMPLES[""])
    lines = [f"  {example.line:{width}}   {example.purpose}" for example in EXAMPLES[""]]
    return ["cleaner removes the website from article text.", "", *lines, "", "`cleaner help` lists all commands."]
