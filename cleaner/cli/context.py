"""Settings, rules, engine and texts for the options of a command line."""

from __future__ import annotations

import atexit
import gc
import os
from functools import cache
from pathlib import Path

from cleaner.cli import stdio
from cleaner.cli.options import SettingOptions
from cleaner.engine.engine import Engine
from cleaner.engine.packing import dumps, loads
from cleaner.io import files
from cleaner.io.files import DecodedText
from cleaner.io.markup import IS_HTML, is_html
from cleaner.patterns.source import FLAGS, compile_with
from cleaner.ruleset.layers import RuleSet, load, made_of
from cleaner.ruleset.pattern_cache import PatternCache
from cleaner.ruleset.settings import Flags, Settings, resolve


def settings(asked: SettingOptions) -> Settings:
    """Settings in force, by command line, environment and configuration.

    Raises:
        ConfigError: The configuration is wrong.
    """
    flags = Flags(asked.level, asked.language, *asked.layers)
    try:
        folder = Path.cwd()
    except FileNotFoundError:  # the working directory was deleted
        folder = Path(os.sep)
    return resolve(flags, os.environ, folder)


def rule_set(settings: Settings) -> RuleSet:
    """All rules in force, of every level.

    Raises:
        RuleError: Rule files are wrong.
    """
    keep_patterns()
    return load(settings.layers)


def engine(settings: Settings) -> Engine:
    """The engine for the settings in force.

    Raises:
        RuleError: Rule files are wrong.
    """
    keep_patterns()
    # Garbage collection of rules, which are needed to the end, takes as long as reading them: now, later, and when the process ends.
    gc.disable()
    try:
        return made_of(
            "engine",
            settings.layers,
            settings.level,
            lambda rules: Engine(rules.at(settings.level).prepared, rules.languages),
            dumps,
            loads,
        )
    finally:
        gc.freeze()
        gc.enable()


def read(name: Path, encoding: str = "") -> DecodedText:
    """Text of a file, or of standard input; for `encoding` see `files.decode`.

    Raises:
        InputError: It can't be read, or isn't text.
    """
    text = files.decode(read_bytes(name), name, encoding)
    warn_of_guess(name, text, encoding)
    return text


def warn_of_guess(name: Path, text: DecodedText, encoding: str) -> None:
    """Print the encoding of a text, if that was guessed."""
    if encoding == files.AUTO and text.guessed:
        stdio.warn(f"{name}: read as {text.encoding}")


def warn_of_html(name: object, text: str) -> None:
    """Print a warning if a text looks like HTML."""
    if is_html(text):
        stdio.warn(f"warning: {name}: {IS_HTML}")


def read_bytes(name: Path) -> bytes:
    """Bytes of a file, or of standard input.

    Raises:
        InputError: It can't be read.
    """
    return stdio.read_stdin() if str(name) == stdio.STDIN else files.read(name)


@cache
def keep_patterns() -> None:
    """Use the cache of compiled patterns, and save it when the process ends."""
    patterns = PatternCache(FLAGS)
    compile_with(patterns)
    atexit.register(patterns.keep)
