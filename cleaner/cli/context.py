"""Settings, rules, engine and texts, as the options of a command line ask for them."""

from __future__ import annotations

import atexit
import gc
import os
from functools import cache
from pathlib import Path

from cleaner.cli import stdio
from cleaner.cli.options import SettingOptions
from cleaner.engine.engine import Engine
from cleaner.io import files
from cleaner.io.files import DecodedText
from cleaner.patterns.source import FLAGS, compile_with
from cleaner.ruleset.layers import RuleSet, load, made_of
from cleaner.ruleset.pattern_cache import PatternCache
from cleaner.ruleset.settings import Flags, Settings, resolve


def settings(asked: SettingOptions) -> Settings:
    """The settings in force, by command line, environment and configuration.

    Raises:
        ConfigError: The configuration is wrong.
    """
    flags = Flags(asked.level, asked.language, *asked.layers)
    try:
        folder = Path.cwd()
    except FileNotFoundError:  # it was removed meanwhile
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
    """The engine for what is in force.

    Raises:
        RuleError: Rule files are wrong.
    """
    keep_patterns()
    # Looking for garbage among rules, which stay to the end, takes as long as reading them: now, later, and when the process ends.
    gc.disable()
    try:
        return made_of(Engine, settings.layers, settings.level, lambda rules: Engine(rules.at(settings.level).prepared, rules.languages))
    finally:
        gc.freeze()
        gc.enable()


def read(name: Path, encoding: str = "") -> DecodedText:
    """The text of a file, or of standard input; `encoding` is as `files.decode` takes it.

    Raises:
        InputError: It can't be read, or isn't text.
    """
    text = files.decode(read_bytes(name), name, encoding)
    warn_of_guess(name, text, encoding)
    return text


def warn_of_guess(name: Path, text: DecodedText, encoding: str) -> None:
    """Print the encoding in which a text was read, if it was guessed."""
    if encoding == files.AUTO and text.guessed:
        stdio.warn(f"{name}: read as {text.encoding}")


def read_bytes(name: Path) -> bytes:
    """Bytes of a file, or of standard input.

    Raises:
        InputError: It can't be read.
    """
    return stdio.read_stdin() if str(name) == stdio.STDIN else files.read(name)


@cache
def keep_patterns() -> None:
    """Take compiled patterns from where the last run left them, and leave them there for the next."""
    patterns = PatternCache(FLAGS)
    compile_with(patterns)
    atexit.register(patterns.keep)
