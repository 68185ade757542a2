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

_SAFETY_SEGMENTS: Final = frozenset(_SEGMENTS)
#: Of the vocabulary's words of one and two letters most are no words.
_SHORT: Final = 2
_SHORT_WORDS: Final = frozenset(
    "a i u r am an as at be by do go he hi if im in is it me my no of oh ok on or so to up us we ya"
    .split()
)  # fmt: skip
_LONGEST_SEGMENT: Final = 20


class SafetyWords:
    """Mends misspelt safety words and re-segments text typed without or with too many spaces."""

    def __init__(
        self, words: Iterable[str], known: frozenset[str], kept: Iterable[str] = ()
    ) -> None:
        self._words = tuple(sorted(set(words)))
        self._mends = bool(known)
        self._protected = known | set(self._words) | set(kept)
        self._english = frozenset(w for w in known if len(w) > _SHORT) | _SHORT_WORDS
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
        """Returns run-together letters parted into words, if all of it can be; else as it is.

        Into safety words where that is possible, else into any English words: few long ones.
        """
        for words in (_SAFETY_SEGMENTS, self._english):
            parted = _parted(letters, words)
            if parted:
                return " ".join(parted)
        return letters


def _parted(letters: str, words: frozenset[str]) -> tuple[str, ...] | None:
    """Returns the fewest words that the letters are, the longest first; None if they are none."""
    # By dynamic programming over the places where a word may end.
    best: list[tuple[int, int, tuple[str, ...]] | None] = [(0, 0, ())]
    for end in range(1, len(letters) + 1):
        found = [
            (before[0] + 1, before[1] - (end - start) ** 2, (*before[2], letters[start:end]))
            for start in range(max(0, end - _LONGEST_SEGMENT), end)
            if (before := best[start]) is not None and letters[start:end] in words
        ]
        best.append(min(found, default=None))
    whole = best[len(letters)]
    return whole[2] if whole else None
