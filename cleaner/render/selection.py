"""An edit of what goes: its start and end, moved by words or by lines."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from cleaner.authoring.review.session import ACCEPT, Decision, Region
from cleaner.document import UNSPACED

#: Words with the signs that belong to them; in scripts that write without spaces, characters.
_WORD = regex.compile(rf"[^\w\s]*(?:[{UNSPACED}]|(?:(?![{UNSPACED}])[\w\p{{M}}'’-])+)(?:[^\w\s]+(?=\s|$|[{UNSPACED}]))?|[^\w\s]+")


@dataclass(slots=True)
class Selection:
    """An edit that is under way.

    Attributes:
        region: What it is made in.
        start: First character or line that goes.
        end: Behind the last.
        moves_end: Whether the end is what moves, and not the start.
    """

    region: Region
    start: int
    end: int
    moves_end: bool = True

    def move(self, step: int) -> None:
        """Move the start or the end by words, or by lines; what goes stays a part of what went, or the other way round."""
        if self.region.many_lines:
            stops = list(range(self.region.size + 1))
        else:
            stops = [word.end() if self.moves_end else word.start() for word in _WORD.finditer(self.region.text)]
        if self.moves_end:
            here, allowed = self.end, [stop for stop in stops if stop > max(self.start, self.region.start)]
        else:
            here, allowed = self.start, [stop for stop in stops if stop < min(self.end, self.region.end)]
        ahead = [stop for stop in allowed if (stop > here if step > 0 else stop < here)]
        if ahead:
            stop = ahead[0] if step > 0 else ahead[-1]
            self.start, self.end = (self.start, stop) if self.moves_end else (stop, self.end)

    @property
    def decision(self) -> Decision:
        """What it comes to."""
        if (self.start, self.end) == (self.region.start, self.region.end):
            return ACCEPT
        return Decision("edit", line=self.region.text, start=self.start, end=self.end)
