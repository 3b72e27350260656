"""What the options that several commands share turn into: settings, rules, an engine, texts."""

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
    """What is in force, by flags, environment and configuration.

    Raises:
        ConfigError: The configuration is wrong.
    """
    flags = Flags(asked.level, asked.language, *asked.layers)
    try:
        folder = Path.cwd()
    except FileNotFoundError:  # it was removed under our feet
        folder = Path(os.sep)
    return resolve(flags, os.environ, folder)


def rule_set(chosen: Settings) -> RuleSet:
    """All rules in force, of every level; what is compiled of them is kept for the next run.

    Raises:
        RuleError: Rule files are wrong.
    """
    keep_patterns()
    return load(chosen.layers)


def engine(chosen: Settings) -> Engine:
    """The engine for what is in force.

    Raises:
        RuleError: Rule files are wrong.
    """
    keep_patterns()
    # Looking for garbage among rules, which are there to stay, takes as long as reading them: now, later, and when the process ends.
    gc.disable()
    try:
        return made_of(Engine, chosen.layers, chosen.level, lambda found: Engine(found.at(chosen.level).prepared, found.languages))
    finally:
        gc.freeze()
        gc.enable()


def read(name: Path, encoding: str = "") -> DecodedText:
    """Read and decode a file, or standard input; `encoding` is what `files.decode` takes.

    Raises:
        InputError: It can't be read, or isn't text.
    """
    found = files.decode(read_bytes(name), name, encoding)
    tell_guess(name, found, encoding)
    return found


def tell_guess(name: Path, text: DecodedText, encoding: str) -> None:
    """Say in what a text was read, if that was guessed."""
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
    """Find compiled patterns where the last run left them, and leave them there for the next."""
    patterns = PatternCache(FLAGS)
    compile_with(patterns)
    atexit.register(patterns.keep)
