"""Normalisation: one spelling for what people type in a hundred.

Three forms of a message, each a pure function of it:

* `clean`: Unicode tricks undone, nothing else changed. What staff and logs of reasons see.
* `Normaliser.expand`: lower case, spacing tricks, leetspeak, SMS spelling and contractions
  undone. What the encoder and the lexical index see.
* `Normaliser.fold`: `expand` without accents and punctuation, and with misspelt safety words
  mended. What the red-line lexicon sees.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from knowledge.library.files import read_yaml
from knowledge.text.safety_words import SafetyWords

_SPELLING: Final = Path(__file__).with_name("spelling.yml")

# Letters of other scripts that are drawn like a Latin one. Applied only to words that mix
# scripts, so that Russian stays Russian.
_LOOKALIKES: Final = str.maketrans(read_yaml(Path(__file__).with_name("lookalikes.yml")))
_QUOTES: Final = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-",
     "\u00b4": "'", "`": "'", "\u02bc": "'", "\u2026": "..."}
)  # fmt: skip
_LEET: Final = str.maketrans("013457@$!|", "oieastasil")
_LEET_WORD: Final = re.compile(r"(?<![\w@$!|])[a-z0-9@$!|]*[a-z][a-z0-9@$!|]*(?![\w@$|])")
_SPACED: Final = re.compile(r"(?<!\w)(?:[a-z][\s.\-_*/,]{1,3}){3,}[a-z](?!\w)")
_NOT_LETTER: Final = re.compile(r"[^a-z]")
_WIDE_GAP: Final = re.compile(r"\s{2,}")
_SPACED_WORD: Final = re.compile(r"\S(?: \S)+")
_INNER_MARKS: Final = re.compile(r"[.*_~^]+")
_MARKED: Final = re.compile(r"(?<![a-z])[a-z]+(?:[.*_~^]+[a-z]+)+")
_LONG_RUN: Final = re.compile(r"([a-z])\1{2,}")
_LETTERS: Final = re.compile(r"[a-z']{3,}")
_TOKEN: Final = re.compile(r"w/o?|[^\W_]+(?:'[^\W_]+)*|[^\w\s]", re.UNICODE)
_NOT_WORD: Final = re.compile(r"[^\w\s]|_", re.UNICODE)
_SPACE: Final = re.compile(r"\s+")
# From here on marks are vowels and tones that words cannot do without.
_FIRST_INDIC: Final = "\u0900"
_WORD_LETTERS: Final = 2


def clean(text: str) -> str:
    """Returns the text with Unicode tricks undone.

    These are width and style variants, look-alike letters inside a word, invisible characters,
    stacked marks, typographic quotes and white space.
    """
    return _one_spaced(_visible_text(text))


class Normaliser:
    """Expands spelling and folds text; see the module's description of the three forms."""

    def __init__(self, spelling: Mapping[str, str], safety_words: SafetyWords) -> None:
        self._spelling = spelling
        self._safety_words = safety_words
        self._longest = max(len(key.split()) for key in spelling)

    @classmethod
    @lru_cache(maxsize=1)
    def default(cls) -> Normaliser:
        """Returns the normaliser with the shipped spelling table."""
        tables: dict[str, dict[str, str]] = read_yaml(_SPELLING)
        spelling = {str(k): v for table in tables.values() for k, v in table.items()}
        return cls(spelling, SafetyWords.default())

    def expand(self, text: str) -> str:
        """Returns the text in lower case with typing habits undone, punctuation kept."""
        low = _one_spaced(_join_letters(_visible_text(text))).lower()
        low = _SPACED.sub(self._join_spaced, low)
        low = _MARKED.sub(self._join_marked, low)
        low = _LEET_WORD.sub(_unleet, low)
        low = _LETTERS.sub(self._unstretch, low)
        # "lol" alone stands for nothing in a longer message, but then it is the message.
        return _tidy(self._expand_tokens(_TOKEN.findall(low))) or low

    def fold(self, text: str) -> str:
        """Returns the form that red-line patterns are written for.

        It is words of unaccented lower case letters and digits with one space between, misspelt
        safety words mended.
        """
        return self.fold_expanded(self.expand(text))

    def fold_expanded(self, expanded: str) -> str:
        """Returns `fold` of a text that `expand` has already been applied to."""
        bare = _NOT_WORD.sub(" ", _without_accents(expanded).replace("'", ""))
        words = [self._safety_words.mend(word) for word in bare.split()]
        return " ".join(self._expand_tokens(words) or words)

    def _expand_tokens(self, tokens: list[str]) -> list[str]:
        result: list[str] = []
        i = 0
        while i < len(tokens):
            for size in range(min(self._longest, len(tokens) - i), 0, -1):
                key = " ".join(tokens[i : i + size]).replace("'", "")
                if key in self._spelling:
                    result.extend(self._spelling[key].split())
                    i += size
                    break
            else:
                result.append(tokens[i])
                i += 1
        return result

    def _unstretch(self, match: re.Match[str]) -> str:
        """Shortens ``dieeee`` and ``kmsss``: to a word that exists, with one letter or two."""
        word = match.group(0)
        if not _LONG_RUN.search(word):
            return word
        double, single = _LONG_RUN.sub(r"\1\1", word), _LONG_RUN.sub(r"\1", word)
        return next((w for w in (double, single) if self._is_word(w)), single)

    def _is_word(self, word: str) -> bool:
        return word in self._spelling or self._safety_words.knows(word)

    def _join_marked(self, match: re.Match[str]) -> str:
        """Joins ``sui.cide`` and ``k_ms``, and parts ``want to die.help``, a forgotten space."""
        word = match.group(0)
        joined = _INNER_MARKS.sub("", word)
        if self._is_word(self._safety_words.mend(joined)):
            return joined
        if "." in word or all(self._is_word(part) for part in _INNER_MARKS.split(word)):
            return _INNER_MARKS.sub(lambda mark: ". " if "." in mark[0] else " ", word)
        return joined

    def _join_spaced(self, match: re.Match[str]) -> str:
        """Joins ``k i l l m y s e l f``, and finds the words in it."""
        return self._safety_words.segment(_NOT_LETTER.sub("", match.group(0)))


def _visible_text(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return "".join(c for c in text if _visible(c))


def _one_spaced(text: str) -> str:
    return " ".join(_one_script(word) for word in _SPACE.split(text.strip()))


def _join_letters(text: str) -> str:
    """Joins ``k i l l   m y s e l f``: where words are spaced out, wide gaps part them."""
    words = _WIDE_GAP.split(text.strip())
    spaced = [_SPACED_WORD.fullmatch(word) is not None for word in words]
    if len(words) == 1 or not any(spaced):
        return text
    return " ".join(
        word.replace(" ", "") if is_spaced else word
        for word, is_spaced in zip(words, spaced, strict=True)
    )


def _visible(char: str) -> bool:
    category = unicodedata.category(char)
    if category in ("Cf", "Co", "Cn", "Cs"):
        return False
    if category == "Cc":
        return char in "\n\t "
    # A mark that NFKC could not compose with its letter is decoration ("zalgo").
    return category not in ("Mn", "Me") or char >= _FIRST_INDIC


def _one_script(word: str) -> str:
    if word.isascii() or not any("a" <= c.lower() <= "z" for c in word):
        return word
    return word.translate(_LOOKALIKES)


def _unleet(match: re.Match[str]) -> str:
    word = match.group(0)
    letters = sum(c.isalpha() for c in word)
    if letters == len(word) or letters < _WORD_LETTERS or word.rstrip("!|").isalpha():
        return word
    # "b4", "2day", "18yo", "5mg", "k2" are not leetspeak: digits stand at one end of them.
    if re.fullmatch(r"\d+[a-z]+|[a-z]+\d+", word) and not re.search(r"[a-z]{2}\d[a-z]", word):
        return word
    return word.translate(_LEET)


def _without_accents(text: str) -> str:
    """Returns the text without accents on Latin letters; other scripts keep their marks."""
    if text.isascii():
        return text
    kept: list[str] = []
    latin = False
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.category(char) == "Mn":
            if latin:
                continue
        else:
            latin = char.isascii()
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def _tidy(tokens: list[str]) -> str:
    joined = _SPACE.sub(" ", " ".join(tokens)).strip()
    return re.sub(r"\s+([.,!?;:)])", r"\1", joined)
