"""Misspelt safety words are mended; words that exist, and the lexicon's own, are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from knowledge.lexicon import LEXICON_DIR
from knowledge.library.files import read_yaml
from knowledge.text.safety_words import SafetyWords

SAFETY_WORDS: Final = SafetyWords.default()
#: A word of a pattern that no character class, group or quantifier takes part in.
_SPELT: Final = re.compile(r"(?<![\\\w\]?(*+])[a-z]{5,}(?![\w\[?({*+])|(?<=[(])[a-z]{5,}(?=[|)])")


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("suicde", "suicide"),
        ("suicidle", "suicide"),
        ("sucidal", "suicidal"),
        ("overdoes", "overdose"),
        ("sezure", "seizure"),
        ("seziure", "seizure"),
        ("kiling", "killing"),
        ("breahting", "breathing"),
        ("ambulence", "ambulance"),
        ("myslef", "myself"),
        ("respirrar", "respirar"),
    ],
)
def test_mending_gives_the_safety_word_when_one_edit_away(typed: str, mended: str) -> None:
    assert SAFETY_WORDS.mend(typed) == mended


@pytest.mark.parametrize(
    "word",
    "kilt bridget mold filling milling hunting cuffing killer stoke strike raved abuser billing "
    "cutting curing voiced poise dozy pile bridge bride fridge hanging banging harm".split(),
)
def test_mending_leaves_a_word_alone_when_it_exists(word: str) -> None:
    assert SAFETY_WORDS.mend(word) == word


@pytest.mark.parametrize("word", ["", "die", "pill", "su1cide", "suicide", "xqzzy", "не"])
def test_mending_leaves_a_word_alone_when_it_is_short_whole_or_far(word: str) -> None:
    assert SAFETY_WORDS.mend(word) == word


def test_mending_changes_nothing_when_there_is_no_vocabulary() -> None:
    words = SafetyWords(["suicide"], frozenset())

    assert words.mend("suicde") == "suicde"


def test_mending_leaves_every_word_alone_when_a_lexicon_pattern_spells_it() -> None:
    changed = {
        f"{file}: {word} becomes {SAFETY_WORDS.mend(word)}"
        for file, pattern in _patterns()
        for word in _SPELT.findall(pattern)
        if SAFETY_WORDS.mend(word) != word
    }

    assert not changed, "no pattern can match a word that is mended away: add it to _KEPT"


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ("iwanttodie", "i want to die"),
        ("killmyself", "kill myself"),
        ("cantbreathe", "cant breathe"),
        ("endmylife", "end my life"),
        ("iboughtarope", "i bought a rope"),
        ("notbreathing", "not breathing"),
        ("xqzvkw", "xqzvkw"),
        ("", ""),
    ],
)
def test_segmenting_parts_letters_when_all_of_them_are_known_words(
    letters: str, words: str
) -> None:
    assert SAFETY_WORDS.segment(letters) == words


def _patterns() -> Iterator[tuple[str, str]]:
    for path in sorted(LEXICON_DIR.glob("*.yml")):
        content: dict[str, Any] = read_yaml(path)
        if path.stem == "macros":
            yield from ((path.stem, pattern) for pattern in content.values())
            continue
        for rule in content["rules"]:
            yield from ((path.stem, pattern) for pattern in rule["match"])
