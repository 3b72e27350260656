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

#: Number of characters from the start of a text in which its language is detected.
_LENGTH_AT_MOST = 20_000
#: Least share of common words of a language in a text: running text has 0.3 to 0.5, menus and lists of names few.
_WORD_SHARE = 0.1
#: Least number of common words, since a line may quote another language.
_WORDS_AT_LEAST = 6
#: Least ratio of common words to those of any other language; even between languages that share many, as Spanish and Portuguese, texts
#: reach 2.
_LEAD = 1.3
#: Least share of letters in a language's own script; Japanese has about half of them in kana.
_LETTER_SHARE = 0.2

#: Characters that are neither Latin letters nor signs; those two occur in texts of all languages.
_UNUSUAL = re.compile("[^\\0-\u036f\u2000-\u2bff]+")
_NOT_ASCII = re.compile("[^\\0-\x7f]+")
_NO_ASCII_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalpha())


def _letters(text: str) -> int:
    """Number of letters in a text.

    >>> _letters("12 Übel, 渡し!")
    6
    """
    return len(text.encode("ascii", "ignore").translate(None, _NO_ASCII_LETTERS)) + sum(map(str.isalpha, "".join(_NOT_ASCII.findall(text))))


def _lower_words(text: str) -> Sequence[str]:
    return text.lower().replace(",", " ").replace(".", " ").split()


class DetectedLanguage(NamedTuple):
    """A text's language.

    Attributes:
        code: Language code; an empty string if the language is unknown, or the text too short.
        margin: Number of words that can be deleted or added without changing the outcome; 0 if that isn't known.
    """

    code: str
    margin: float = 0

    def holds_without(self, text: str, spans: Sequence[Span]) -> bool:
        """Whether the same language would surely be detected in the text without the sorted spans; by counting, without detecting again."""
        length = changed = 0  # deleted characters, and words that may count otherwise
        for start, end, _ in spans:
            if start >= _LENGTH_AT_MOST + length:
                break
            length += end - start
            # A cut may also change the word at either end of it, join the two into a new one, and move the last word that was counted.
            changed += len(_lower_words(text[start : min(end, _LENGTH_AT_MOST)])) + 4
        if changed > self.margin:
            return False
        coming = text[_LENGTH_AT_MOST : _LENGTH_AT_MOST + length]  # moves into the part that is counted
        return changed + len(_lower_words(coming)) <= self.margin and not _UNUSUAL.search(coming)


class LanguageDetector:
    """Detects languages: first those with letters of their own, then those known by their commonest words."""

    def __init__(self, languages: Sequence[LanguageProfile]) -> None:
        #: The patterns to compile.
        self.patterns = tuple(language.letters for language in languages if language.letters)
        self._by_letters = [(language.code, language.letters) for language in languages if language.letters]
        self.words = {language.code: frozenset(language.words) for language in languages if language.words}
        by_word: dict[str, list[str]] = {}
        for code, words in self.words.items():
            for word in words:
                by_word.setdefault(word, []).append(code)
        #: Groups of languages that share words; and for each word the index of its group.
        self._sharing = list(dict.fromkeys(map(tuple, by_word.values())))
        self._by_word = {word: self._sharing.index(tuple(codes)) for word, codes in by_word.items()}
        usual = _UNUSUAL.sub("", "".join(map(chr, range(0x3000)))) if self._by_letters else ""
        #: Whether a language's letters include any that all languages have.
        self._usual = any(compiled(letters).search(usual) for _, letters in self._by_letters)

    def detect(self, text: str) -> DetectedLanguage:
        """Language of a text, with or without chrome."""
        text = text[:_LENGTH_AT_MOST]
        unusual = "" if text.isascii() else text if self._usual else "".join(_UNUSUAL.findall(text))
        if len(unusual) >= _WORDS_AT_LEAST:
            least = max(_WORDS_AT_LEAST, _LETTER_SHARE * _letters(text))
            for code, letters in self._by_letters:
                if len(compiled(letters).findall(unusual)) >= least:
                    return DetectedLanguage(code)
        lower_words = _lower_words(text)
        counts = Counter[str]()
        for index, times in Counter(map(self._by_word.get, lower_words)).items():
            for code in self._sharing[index] if index is not None else ():
                counts[code] += times
        (best, most), (_, second), *_ = [*sorted(counts.items(), key=itemgetter(1), reverse=True), ("", 0), ("", 0)]
        ahead = most - max(_WORDS_AT_LEAST, _WORD_SHARE * len(lower_words), _LEAD * second)
        if ahead < 0:
            return DetectedLanguage("")
        # One word more or less changes the lead by 1 if it is one of the best language, by `_LEAD` if one of the second.
        return DetectedLanguage(best, 0 if self._usual or len(unusual) >= _WORDS_AT_LEAST else ahead / _LEAD)
