"""Patterns that take time without end on some text, each with what drives it there: the shapes that surveys of such patterns name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Bomb(NamedTuple):
    """A pattern, and a text that drives it: `lead`, `pump` as often as there is room, `end`.

    Attributes:
        pattern: The pattern.
        pump: What its repeats feed on.
        lead: What must stand before.
        end: What makes it fail, and try all over again.
    """

    pattern: str
    pump: str
    lead: str = ""
    end: str = "\x01"

    def line(self, length: int) -> str:
        """A line of about so many characters."""
        return self.lead + self.pump * (max(0, length - len(self.lead) - len(self.end)) // len(self.pump)) + self.end


#: What is repeated, and what it feeds on.
_ATOMS = (
    ("a", "a"),
    ("[a-z]", "q"),
    (r"\w", "x"),
    (r"\d", "7"),
    (r"\s", " "),
    (".", "z"),
    ("[^!]", "y"),
    ("(?:a|b|ab)", "ab"),
    (r"(?:\w|\d)", "1"),
    ("é", "É"),
)
#: Nested and overlapping repeats, `{}` being the atom.
_NESTED = (
    r"(?:{0}+)+!",
    r"(?:{0}*)*!",
    r"(?:{0}+{0}+)+!",
    r"(?:(?:{0}+)+)+!",
    r"(?:{0}|{0})+!",
    r"(?:{0}|{0}{0})+!",
    r"{0}*{0}*{0}*{0}*{0}*!",
    r"(?:{0}+){{10,}}!",
    r"(?:{0}{{1,9}}){{5,}}!",
    r"(?:{0}+?)+?!",
)
#: Others, written out.
_OTHERS = (
    Bomb(r"\s+$", " ", "a", "a"),
    Bomb(r".*\s+$", " ", "a", "a"),
    Bomb(r"(?:\s*,\s*)*end", " , "),
    Bomb(r"(?:x\s*)+end", "x "),
    Bomb(r"<.*?>.*?<.*?>.*?</x>", "<a>"),
    Bomb(r".*?a.*?a.*?a.*?a.*?!", "a"),
    Bomb(r"(?:.*?,){12}!", ","),
    Bomb(r"(?:.*a){12}!", "a"),
    Bomb(r"(?:.*){8}!", "b"),
    Bomb(r"(?:[^,]*,?)*!", "b,"),
    Bomb(r"(\w+)\s(?:\1\s)*(?:\w+\s)*!", "to "),
    Bomb(r"(a+)(?:\1)*(?:a+)*!", "a"),
    Bomb(r"(?:(?=(a+))\1)*(?:a+)+!", "a"),
    Bomb(r"(?<=(?:a+)+)!", "a"),
    Bomb(r"(?:a+)+(?<!b)!", "a"),
    Bomb(r"(?:a?){40}a{40}!", "a"),
    Bomb(r"(?:(?:a{1,30}){1,30}){1,30}!", "a"),
    Bomb(r"(?:(?:a{0,50}){0,50})!", "a"),
    Bomb(r"(?:\w{1,20}\s?){1,50}!", "ab "),
    Bomb(r"(?:[\w.-]+)+@(?:[\w-]+\.)+com", "a.", end=""),
    Bomb(r"(?:https?://)?(?:[\w-]+\.?)+(?:/[\w./-]*)*\?!", "a-b."),
    Bomb(r"(?:(?:\d+,?)+(?:\.\d+)?)+ euro", "1,2"),
    Bomb(r"by (?:[A-Z][\w'-]*\s*)+(?:,|and)!", "Ann ", "by "),
    Bomb(r"(?:[A-Za-z]+[ ,]*)+ \|!", "word, "),
    Bomb(r"(?:\(?\w+\)?\s*)+:!", "(ab) "),
    Bomb(r"(?:\"[^\"]*\"|\w+|\s+|.)*!", 'say "so" '),
    Bomb(r"(?:photo|picture|image|photo by|\s|\w+)+©!", "photo by "),
    Bomb(r"(?:share|sh|are|\w|\s)+now!", "share "),
    Bomb(r"(?:.|\s)*read more!", "n "),
    Bomb(r"(?:.+\s*)+comments!", "no "),
    Bomb(r"(?:(?:\w+\s+){3,})+min read!", "one two "),
    Bomb(r"(?:-+|=+|\*+|[-=*]+)+!", "-"),
    Bomb(r"^(?:\s|&nbsp;|\u00a0|\s*)+$", "\u00a0", "x"),
    Bomb(r"(?:\p{L}+\p{M}*)+!", "e\u0301"),
    Bomb(r"(?:\p{L}|\p{Lu}|\p{Ll})+!", "Ab"),
    Bomb(r"(?:[\u4e00-\u9fff]+)+!", "中"),
    Bomb(r"(?:\X)+(?:\X)+(?:\X)+!", "e\u0301"),
    Bomb(r"(?:(?:a+b?)+c?)+d", "aab"),
    Bomb(r"(?:a|a|a|a|a|a|a|a)*!", "a"),
    Bomb(r"(?:a(?:b(?:c(?:d|e)*)*)*)*!", "abcd"),
    Bomb(r"(?:(?:ab)+|a+|b+)+!", "ab"),
    Bomb(r"(?:the|a|an|\w+)(?:\s+(?:the|a|an|\w+))*\s+ends!", "the an "),
    Bomb(r"(?e)(?:harbour){e<=3}(?:\w+\s*)+!", "harbor "),
    Bomb(r"(?b)(?:(?:reopened|closed){e<=2}\s*)+!", "reopend "),
    Bomb(r"(?:word\s+){20,400}(?:\w+\s+){20,400}!", "word "),
    Bomb(r"(?:[a-z]+\d*)+(?:[a-z]*\d+)+!", "a1"),
    Bomb(r"(?:.{0,30}){0,30}!", "k"),
    Bomb(r"(?:\S+\s+)*\S+!", "see the "),
    Bomb("|".join(f"(?:w{number}\\w*)+!" for number in range(2000)), "w1w2"),
    Bomb("(?:" + "|".join("a" * number for number in range(1, 60)) + ")+!", "a"),
)


def bombs() -> Iterator[Bomb]:
    """150 and more of them."""
    for shape in _NESTED:
        for atom, pump in _ATOMS:
            yield Bomb(shape.format(atom), pump)
    yield from _OTHERS
