"""The language of a text, detected by its script, its commonest words and its letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import repeat
from operator import and_
from typing import NamedTuple

from cleaner.patterns.source import compiled
from cleaner.result import Span
from cleaner.ruleset.rule import LanguageProfile

#: Number of characters from the start of a text in which its language is detected.
_LENGTH_AT_MOST = 20_000
#: Least share of words of a language in a text: running text has 0.3 and more, menus and lists of names few.
_WORD_SHARE = 0.1
#: Least number of words by which a language must be ahead of any other, since a line may quote another language.
_LEAD_AT_LEAST = 2
#: Least share of a text's words by which a language must be ahead of any other; between Danish and Norwegian it is hardly more.
_LEAD_SHARE = 0.03
#: Least number and share of letters in the script of one language; Japanese has about half of them in kana.
_LETTERS_AT_LEAST = 6
_LETTER_SHARE = 0.2
#: Share of letters in the script of one language from which on a text isn't surely in another: Japanese lines may be nearly all Han.
_LETTER_DOUBT = 0.03

#: Characters that are neither Latin letters nor signs; those two occur in texts of all languages.
_UNUSUAL = re.compile("[^\\0-\u036f\u2000-\u2bff]+")
_NOT_ASCII = re.compile("[^\\0-\x7f]+")
#: Number of characters, at least half as many, among which a script's letters are looked for.
_SAMPLE = 4_000
#: Number of words from the start of a text whose letters are looked at.
_SPELT = 60
#: Signs that stand at words' ends, beside comma and full stop.
_SIGNS = "!\"'()*:;?[]«»‘’“”„…–—،؛؟।·"
#: Signs that stand inside words: quotes, hyphens, and those that join or part Arabic letters.
_INNER_SIGNS = "’‘ʼ´‐‑–—…\u00ad\u200c\u200d«»“”"
_ASCII = frozenset(map(chr, range(0x80)))
_ALPHABET = "".join(filter(str.isalnum, map(chr, range(0x80, 0x3000)))) + "\u0307"  # the dot of a small İ
_NO_ASCII_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalpha())


def _letters(text: str) -> int:
    """Number of letters in a text.

    >>> _letters("12 Übel, 渡し!")
    6
    """
    return len(text.encode("ascii", "ignore").translate(None, _NO_ASCII_LETTERS)) + sum(map(str.isalpha, "".join(_NOT_ASCII.findall(text))))


def _lower_words(text: str) -> Sequence[str]:
    return text.lower().replace(",", " ").replace(".", " ").split()


class Vocabulary(NamedTuple):
    """Words that the engine knows, in lower case.

    Attributes:
        stop_words: The commonest words of a text's language; empty if that isn't known.
        abbreviations: Words of any language behind whose full stop a sentence goes on.
        addresses: Words of any language by which the reader is addressed.
    """

    stop_words: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()


#: The vocabulary where no language is known.
UNKNOWN = Vocabulary()


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


class LanguageIndex(NamedTuple):
    """Words and letters of languages, of plain values.

    Attributes:
        sharing: Sets of languages that share words.
        by_word: For each word of a language, the index of its set.
        by_letter: The languages that have a letter, as bits: the first is bit 0. Signs inside words are in all languages.
        usual: Whether a script includes letters that all languages have.
    """

    sharing: Sequence[Sequence[int]]
    by_word: Mapping[str, int]
    by_letter: Mapping[str, int]
    usual: bool


class LanguageDetector:
    """Detects languages: first those with a script of their own, then those known by their words and letters.

    A word that isn't among the commonest of any language counts for all languages that have each of its letters, if these aren't only those
    from a to z.
    """

    def __init__(self, languages: Sequence[LanguageProfile], index: LanguageIndex | None = None) -> None:
        self._by_script = [(language.code, f"(?:{language.letters})+") for language in languages if not language.words]
        alphabets = {language.code: language.letters for language in languages if language.words and language.letters}
        #: The patterns to compile.
        self.patterns = (*alphabets.values(), *(script for _, script in self._by_script))
        self.words = {language.code: frozenset(language.words) for language in languages if language.words}
        self._vocabulary = Vocabulary(
            abbreviations=frozenset(word for language in languages for word in language.abbreviations),
            addresses=frozenset(word for language in languages for word in language.addresses),
        )
        self._codes = tuple(self.words)
        self.index = index or self._index_of(alphabets)
        self._sharing, self._known, self._by_letter, self._usual = self.index

    def _index_of(self, alphabets: Mapping[str, str]) -> LanguageIndex:
        """The index of words and letters; alphabets are patterns, by language."""
        of_words: dict[str, tuple[int, ...]] = {}
        for index, words in enumerate(self.words.values()):
            for word in words:
                of_words[word] = (*of_words.get(word, ()), index)
        sharing = list(dict.fromkeys(of_words.values()))
        by_word = {word: sharing.index(indexes) for word, indexes in of_words.items()}
        by_letter = dict.fromkeys(_ASCII.union(_INNER_SIGNS), -1)
        for code, letters in alphabets.items():
            for letter in compiled(letters).findall(_ALPHABET):
                by_letter[letter] = by_letter.get(letter, 0) | 1 << self._codes.index(code)
        usual = _UNUSUAL.sub("", "".join(map(chr, range(0x3000)))) if self._by_script else ""
        return LanguageIndex(sharing, by_word, by_letter, any(compiled(letters).search(usual) for _, letters in self._by_script))

    def vocabulary(self, code: str) -> Vocabulary:
        """What is known of the words of texts in a language; an empty code is an unknown one."""
        return self._vocabulary._replace(stop_words=self.words.get(code, frozenset()))

    def detect(self, text: str) -> DetectedLanguage:
        """Language of a text, with or without chrome."""
        text = text[:_LENGTH_AT_MOST]
        unusual = self._usual or (not text.isascii() and bool(_UNUSUAL.search(text)))
        if unusual:
            code = self._of_script(text)
            if code is not None:
                return DetectedLanguage(code)
        lower_words = _lower_words(text)
        counts = [0] * (len(self._codes) + 1)  # the last one is of no language, for there may be only one
        for languages, times in self._languages_of(lower_words, text.isascii()):
            for language in languages:
                counts[language] += times
        most = max(counts)
        best = counts.index(most)
        counts[best] = 0
        lead = most - max(counts) - max(_LEAD_AT_LEAST, _LEAD_SHARE * len(lower_words))
        ahead = min(lead, most - _WORD_SHARE * len(lower_words))
        if ahead < 0:
            return DetectedLanguage("")
        # One word more or less changes the lead by 1, and the number of words by 1; another word may come to be looked at for its letters.
        margin = 0 if unusual else ahead / (1 + _LEAD_SHARE + (not text.isascii()))
        return DetectedLanguage(self._codes[best], margin)

    def _of_script(self, text: str) -> str | None:
        """The language whose script the text is in; an empty string if it may be one of several, none if only words can tell."""
        characters = "".join(set(text[:: 1 + len(text) // _SAMPLE]))  # of a script with a share that counts, none is missed
        letters, doubtful = 0, False
        for code, script in self._by_script:
            if compiled(script).search(characters):
                letters = letters or _letters(text)
                own = sum(map(len, compiled(script).findall(text)))
                if own >= max(_LETTERS_AT_LEAST, _LETTER_SHARE * letters):
                    return "" if doubtful else code
                doubtful = doubtful or own > _LETTER_DOUBT * letters
        return None

    def _languages_of(self, lower_words: Sequence[str], is_ascii: bool) -> Iterator[tuple[Sequence[int], int]]:
        """Sets of languages, as indexes, and how many words are of all languages of the set."""
        known = self._known
        for index, times in Counter(map(known.get, lower_words)).items():
            if index is not None:
                yield self._sharing[index], times
        if not is_ascii:
            by_letters = Counter[int]()
            for word, times in Counter([word for word in lower_words[:_SPELT] if not word.isascii()]).items():
                bare = word.strip(_SIGNS)
                if bare not in known:
                    by_letters[reduce(and_, map(self._by_letter.get, bare, repeat(0)), -1)] += times
                elif word != bare:
                    yield self._sharing[known[bare]], times
            for bits, times in by_letters.items():
                if bits > 0:
                    yield [index for index in range(len(self._codes)) if bits >> index & 1], times
