"""The language of a text, detected by its commonest words or its letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from cleaner.patterns.source import compiled
from cleaner.result import Span
from cleaner.ruleset.rule import LanguageProfile

#: Characters of a text that are looked at: the language of more is that of the beginning.
_LENGTH_AT_MOST = 20_000
#: Share of a text's words that must be common words of its language: running text has 0.3 to 0.5 of them, menus and lists of names few.
_WORD_SHARE = 0.1
#: Fewer common words than this tell nothing: a line may quote another language.
_WORDS_AT_LEAST = 6
#: How many times as many common words as any other language's; languages that share small words, as Spanish and Portuguese, are two apart.
_LEAD = 1.3
#: Share of a text's letters that must be of a language's own script; Japanese has about half of them in kana.
_LETTER_SHARE = 0.2

#: What is neither a Latin letter nor a sign, which texts of all languages have.
_UNUSUAL = re.compile("[^\\0-\u036f\u2000-\u2bff]+")
_NOT_ASCII = re.compile("[^\\0-\x7f]+")
_NO_ASCII_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalpha())


def _letters(text: str) -> int:
    """How many letters a text has.

    >>> _letters("12 Übel, 渡し!")
    6
    """
    return len(text.encode("ascii", "ignore").translate(None, _NO_ASCII_LETTERS)) + sum(map(str.isalpha, "".join(_NOT_ASCII.findall(text))))


def _lower_words(text: str) -> Sequence[str]:
    return text.lower().replace(",", " ").replace(".", " ").split()


class DetectedLanguage(NamedTuple):
    """A text's language.

    Attributes:
        code: Its code; an empty string if it is none of those known, or too little text to tell.
        margin: Words that may go from the text, or come to it, before another could be told; 0 if that isn't known.
    """

    code: str
    margin: float = 0

    def holds_without(self, text: str, spans: Sequence[Span]) -> bool:
        """Whether what sorted spans leave of the text is sure to be in the same language, without looking at it."""
        length = changed = 0  # of what is deleted: characters, and words that may count otherwise
        for start, end, _ in spans:
            if start >= _LENGTH_AT_MOST + length:
                break
            length += end - start
            # A cut may also change the word at either end of it, join the two into a new one, and move the last word that was looked at.
            changed += len(_lower_words(text[start : min(end, _LENGTH_AT_MOST)])) + 4
        if changed > self.margin:
            return False
        coming = text[_LENGTH_AT_MOST : _LENGTH_AT_MOST + length]  # it moves up
        return changed + len(_lower_words(coming)) <= self.margin and not _UNUSUAL.search(coming)


class LanguageDetector:
    """Tells languages apart; those with letters of their own go before those told by words."""

    def __init__(self, languages: Sequence[LanguageProfile]) -> None:
        #: The patterns that it compiles.
        self.patterns = tuple(each.letters for each in languages if each.letters)
        self._by_letters = [(each.code, each.letters) for each in languages if each.letters]
        self.words = {each.code: frozenset(each.words) for each in languages if each.words}
        by_word: dict[str, list[str]] = {}
        for code, words in self.words.items():
            for word in words:
                by_word.setdefault(word, []).append(code)
        #: The languages that share words, and for each word the number of those that share it.
        self._sharing = list(dict.fromkeys(map(tuple, by_word.values())))
        self._by_word = {word: self._sharing.index(tuple(codes)) for word, codes in by_word.items()}
        usual = _UNUSUAL.sub("", "".join(map(chr, range(0x3000)))) if self._by_letters else ""
        #: Whether some letters are among those that all languages have.
        self._usual = any(compiled(letters).search(usual) for _, letters in self._by_letters)

    def detect(self, text: str) -> DetectedLanguage:
        """The language of running text, with or without chrome."""
        text = text[:_LENGTH_AT_MOST]
        unusual = "" if text.isascii() else text if self._usual else "".join(_UNUSUAL.findall(text))
        if len(unusual) >= _WORDS_AT_LEAST:
            least = max(_WORDS_AT_LEAST, _LETTER_SHARE * _letters(text))
            for code, letters in self._by_letters:
                if len(compiled(letters).findall(unusual)) >= least:
                    return DetectedLanguage(code)
        lower_words = _lower_words(text)
        counts = Counter[str]()
        for number, times in Counter(map(self._by_word.get, lower_words)).items():
            for code in self._sharing[number] if number is not None else ():
                counts[code] += times
        (best, most), (_, second), *_ = [*sorted(counts.items(), key=itemgetter(1), reverse=True), ("", 0), ("", 0)]
        ahead = most - max(_WORDS_AT_LEAST, _WORD_SHARE * len(lower_words), _LEAD * second)
        if ahead < 0:
            return DetectedLanguage("")
        # A word more or less counts once for the best, and for the second times so much.
        return DetectedLanguage(best, 0 if self._usual or len(unusual) >= _WORDS_AT_LEAST else ahead / _LEAD)
