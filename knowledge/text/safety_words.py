"""Mending misspelt safety words: `suicde`, `overdoes`, `sezure` must reach the lexicon whole.

A word is mended only when it is not an English word itself and stands one edit (insertion,
deletion, substitution, or a swap of neighbours: Damerau 1964) from a safety word of five letters
or more, so that "kilt" stays a kilt. English words are the whole words of the encoder's own
vocabulary; where that is not installed, nothing is mended.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from knowledge.encoder.weights import vocabulary_words

_MIN_LENGTH: Final = 5
_WORDS: Final = [
    "suicide",
    "suicidal",
    "myself",
    "yourself",
    "himself",
    "herself",
    "themselves",
    "overdose",
    "overdosed",
    "overdosing",
    "killing",
    "killed",
    "harming",
    "hurting",
    "cutting",
    "breathe",
    "breathing",
    "seizure",
    "seizures",
    "unconscious",
    "unresponsive",
    "collapsed",
    "fainted",
    "bleeding",
    "choking",
    "swelling",
    "stroke",
    "anaphylaxis",
    "ambulance",
    "emergency",
    "hanging",
    "strangle",
    "shooting",
    "stabbing",
    "murder",
    "poison",
    "poisoned",
    "pregnant",
    "breastfeeding",
    "hallucinating",
    "voices",
    "vomiting",
    "dizzy",
    "addicted",
    "withdrawal",
    "abused",
    "raped",
    "assaulted",
    "threatened",
    "scared",
    "hopeless",
    "worthless",
    "pills",
    "bridge",
    "weapon",
    "goodbye",
    "morirme",
    "suicidarme",
    "matarme",
    "respirar",
    "convulsiones",
    "sobredosis",
    "embarazada",
    "ketamine",
    "spravato",
    "esketamine",
    "infusion",
    "infusions",
    "insurance",
    "medication",
    "medications",
    "medicine",
    "depression",
    "appointment",
    "treatment",
    "antidepressant",
    "antidepressants",
    "anxiety",
    "bipolar",
    "human",
    "person",
    "operator",
    "representative",
]
# Words that the vocabulary lacks and that stand one edit from a safety word: those of the lexicon,
# which must reach it as typed, and those of ordinary messages.
_KEPT: Final = [
    "abuser",
    "convulsions",
    "goodbyes",
    "humano",
    "matarse",
    "morire",
    "morirse",
    "rapes",
    "raved",
    "respira",
    "respirare",
    "respirer",
    "suicida",
    "suicidar",
    "suicidarse",
    "suicidas",
    "suicider",
    "voces",
]
_SEGMENTS: Final = [
    "i",
    "am",
    "im",
    "want",
    "wanna",
    "to",
    "going",
    "gonna",
    "die",
    "dead",
    "dying",
    "kill",
    "killing",
    "end",
    "my",
    "life",
    "it",
    "all",
    "myself",
    "me",
    "self",
    "suicide",
    "suicidal",
    "overdose",
    "od",
    "help",
    "cant",
    "breathe",
    "hurt",
    "harm",
    "cut",
    "cutting",
    "not",
    "wake",
    "up",
    "no",
    "more",
    "done",
    "please",
    "be",
    "here",
    "alive",
    "goodbye",
    "need",
    "pain",
    "chest",
    "hang",
    "jump",
    "gun",
    "pills",
    "the",
    "so",
    "have",
    "a",
    "plan",
]


class SafetyWords:
    """Mends misspelt safety words and re-segments text typed without or with too many spaces."""

    def __init__(
        self, words: Iterable[str], known: frozenset[str], kept: Iterable[str] = ()
    ) -> None:
        self._words = tuple(sorted(set(words)))
        self._mends = bool(known)
        self._protected = known | set(self._words) | set(kept)
        self._by_length: dict[int, list[str]] = {}
        for word in self._words:
            self._by_length.setdefault(len(word), []).append(word)
        # Misspellings repeat between messages; the cache is bounded and holds single words only.
        self.mend = lru_cache(maxsize=4096)(self._mend)

    @classmethod
    @lru_cache(maxsize=1)
    def default(cls) -> SafetyWords:
        """Returns the shipped safety words, protected by the encoder's vocabulary."""
        return cls(_WORDS, vocabulary_words(), _KEPT)

    def knows(self, word: str) -> bool:
        """Tells whether this is an English word or a safety word."""
        return word in self._protected

    def _mend(self, word: str) -> str:
        if len(word) < _MIN_LENGTH or not word.isalpha() or word in self._protected:
            return word
        if not self._mends:  # no vocabulary: nothing is surely misspelt
            return word
        for length in (len(word), len(word) + 1, len(word) - 1):
            for candidate in self._by_length.get(length, ()):
                if OSA.distance(word, candidate, score_cutoff=1) <= 1:
                    return candidate
        return word

    def segment(self, letters: str) -> str:
        """Returns run-together letters split into known short words, if they all are; else as is.

        Dynamic programming over the cut positions, preferring few long words.
        """
        best: list[list[str] | None] = [[]] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for word in _SEGMENTS:
                start = end - len(word)
                before = best[start] if start >= 0 else None
                if before is not None and letters.startswith(word, start):
                    candidate = [*before, word]
                    current = best[end]
                    if current is None or len(candidate) < len(current):
                        best[end] = candidate
        whole = best[len(letters)]
        return " ".join(whole) if whole else letters
