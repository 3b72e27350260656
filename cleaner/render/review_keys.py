"""What the keys of a review do, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cleaner.render.navigator import Mode

#: What keys do in each mode of a review: those that fit go to the foot of the screen.
KEYS: Mapping[Mode, Sequence[tuple[str, str]]] = {
    "look": (
        ("a", "accept"),
        ("A", "all of rule"),
        ("k", "keep"),
        ("x", "rule off"),
        ("e", "edit"),
        ("u", "undo"),
        ("n p", "next, back"),
        ("tab", "rule"),
        ("s", "save"),
        ("q", "quit"),
        ("?", "help"),
    ),
    "mark": (("↑ ↓", "choose the line that is article"), ("enter", "keep"), ("esc", "back")),
    "edit": (("← →", "move"), ("tab", "other end"), ("enter", "take"), ("esc", "back")),
    "search": (("enter", "find"), ("esc", "back")),
    "help": (("any key", "back"),),
    "working": (("esc", "stop"),),
    "confirm": (("enter", "write it"), ("↑ ↓", "scroll"), ("esc", "back")),
}

#: All keys, under headings, which have no meaning.
HELP: Sequence[tuple[str, str]] = (
    ("Decide", ""),
    ("a", "accept: the text goes, as the rule has it"),
    ("A", "accept all that is undecided of this rule"),
    ("k", "keep: the rule leaves this text alone, wherever it stands"),
    ("x, K", "switch the rule off"),
    ("e", "edit: mark what goes of it"),
    ("u", "undo"),
    ("Move", ""),
    ("n, j, ↓", "next removal"),
    ("p, ↑", "the one before"),
    ("tab, ]", "next rule (or document)"),
    ("shift+tab, [", "the one before"),
    ("d", "next document"),
    ("space", "the same text in another place"),
    ("home, end", "first and last"),
    ("/", "search in texts and names of rules; enter alone searches on"),
    ("g", "group by rule or by document"),
    ("page up, page down", "scroll"),
    ("z", "show a long removal to its end"),
    ("Leave", ""),
    ("s", "show the rule file that would be written, and write it"),
    ("q, ctrl+c", "quit; what was decided is kept for the next time"),
)
