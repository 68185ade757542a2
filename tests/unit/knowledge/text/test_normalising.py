"""One spelling for what people type in a hundred; nothing that is typed can break it."""

from __future__ import annotations

import re
import time
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.text import Normaliser, clean

NORMALISER: Final = Normaliser.default()
#: The machine may be busy; how long it takes is measured below.
UNHURRIED: Final = settings(deadline=None)
_WORDS_ONLY: Final = re.compile(r"(?:[^\W_]|[^\w\s])+(?: (?:[^\W_]|[^\w\s])+)*|")
_FOLDED_ASCII: Final = re.compile(r"(?:[a-z0-9]+(?: [a-z0-9]+)*)?")
_TYPED: Final = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=80)
#: Words that no table, no mending and no leetspeak rule changes.
_PLAIN: Final = st.lists(
    st.sampled_from(
        "i want to die kill myself help please does the infusion hurt is it covered by insurance "
        "how long a visit takes my husband will not wake up before treatment 2 5mg 18".split()
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\uff4b\uff49\uff4c\uff4c", "kill"),
        ("\U0001d4f4\U0001d4f2\U0001d4f5\U0001d4f5 me", "kill me"),
        ("\u0455u\u0456c\u0456de", "suicide"),
        ("sui\u200bci\u2060de", "suicide"),
        ("s\u0337u\u0337i\u0337c\u0337i\u0337d\u0337e\u0337", "suicide"),
        ("don\u2019t \u201cask\u201d", 'don\'t "ask"'),
        ("two\n\n lines\tand\u00a0spaces ", "two lines and spaces"),
        ("null\x00 and bell\x07", "null and bell"),
    ],
)
def test_clean_undoes_unicode_tricks_when_they_hide_a_word(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    "text", ["Привет, не могу дышать", "café", "我想预约", "उपचार की कीमत", "Hello there!"]
)
def test_clean_leaves_text_as_it_is_when_it_plays_no_trick(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        # spaced out, dotted and joined
        ("k i l l  m y s e l f", "kill myself"),
        ("i w a n t t o d i e", "i want to die"),
        ("w i s h   i   w a s   g o n e", "wish i was gone"),
        ("k m s   f r", "kill myself for real"),
        ("how much  is it", "how much is it"),
        ("s.u.i.c.i.d.e", "suicide"),
        ("s-u-i-c-i-d-e", "suicide"),
        ("sui.cide", "suicide"),
        ("su*cide", "suicide"),
        ("k_m_s", "kill myself"),
        # leetspeak
        ("su1c1de", "suicide"),
        ("k!ll mys3lf", "kill myself"),
        ("h3lp me", "help me"),
        ("p@nic", "panic"),
        # stretched letters
        ("i want to dieeeee", "i want to die"),
        ("kmsssss", "kill myself"),
        ("helllllp", "help"),
        ("killllll me", "kill me"),
        # SMS spelling and contractions
        ("dont wanna b here", "do not want to be here"),
        ("u ok 2 drive b4 tx w/o a ride", "you ok to drive before treatment without a ride"),
        ("Can’t breathe", "can not breathe"),
        ("cnt brethe", "can not breathe"),
        ("im gonna kms tn", "i am going to kill myself tonight"),
        ("sewerslide lol", "suicide"),
        ("unalive my self", "kill myself"),
        # accents and punctuation
        ("¿No puedo respirar?!", "no puedo respirar"),
        ("muérete, señor Müller", "muerete senor muller"),
    ],
)
def test_fold_writes_one_spelling_when_a_message_is_typed_in_disguise(
    text: str, folded: str
) -> None:
    assert NORMALISER.fold(text) == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("i want to die.help", "i want to die help"),
        ("i want to die...goodbye", "i want to die goodbye"),
        ("lips swelling.cant breathe", "lips swelling can not breathe"),
        ("i feel sick.idk why", "i feel sick i do not know why"),
        ("please kill_myself", "please kill myself"),
    ],
)
def test_fold_keeps_words_apart_when_the_space_after_a_mark_is_missing(
    text: str, folded: str
) -> None:
    assert NORMALISER.fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("5mg or 10mg", "5mg or 10mg"),
        ("im 17 turning 18", "i am 17 turning 18"),
        ("call 555 0100", "call 555 0100"),
        ("at 9 a.m.", "at 9 am."),
        ("covid19 and b12", "covid19 and b12"),
        ("Wait! Really?", "wait! really?"),
        ("all good, thanks", "all good, thanks"),
    ],
)
def test_expand_keeps_digits_and_marks_when_they_mean_themselves(text: str, expanded: str) -> None:
    assert NORMALISER.expand(text) == expanded


@pytest.mark.parametrize("text", ["", "   ", "?!?!", "👍", "\u200b", "....", "\x00"])
def test_fold_is_empty_when_a_message_holds_no_words(text: str) -> None:
    assert NORMALISER.fold(text) == ""


@UNHURRIED
@given(st.text())
def test_normalising_never_raises_and_never_leaves_odd_space_when_given_any_text(text: str) -> None:
    for form in (clean(text), NORMALISER.expand(text), NORMALISER.fold(text)):
        assert form == form.strip()
        assert "  " not in form
        assert "\n" not in form


@UNHURRIED
@given(st.text())
def test_fold_holds_no_capitals_and_no_marks_when_given_any_text(text: str) -> None:
    folded = NORMALISER.fold(text)

    assert folded == folded.lower()
    assert "_" not in folded
    assert "'" not in folded
    assert _WORDS_ONLY.fullmatch(folded)


@UNHURRIED
@given(_TYPED)
def test_fold_is_words_of_letters_and_digits_when_typed_on_an_english_keyboard(text: str) -> None:
    assert _FOLDED_ASCII.fullmatch(NORMALISER.fold(text))


@UNHURRIED
@given(_PLAIN)
def test_fold_changes_nothing_when_a_message_is_already_folded(words: list[str]) -> None:
    folded = NORMALISER.fold(" ".join(words))

    assert NORMALISER.fold(folded) == folded


@UNHURRIED
@given(_PLAIN, st.sampled_from(["\u200b", "\u2060", "\ufeff", "\u0337", "\U000e0041"]), st.data())
def test_fold_is_the_same_when_an_invisible_character_is_put_anywhere(
    words: list[str], invisible: str, data: st.DataObject
) -> None:
    text = " ".join(words)
    place = data.draw(st.integers(1, len(text)))

    assert NORMALISER.fold(text[:place] + invisible + text[place:]) == NORMALISER.fold(text)


@UNHURRIED
@given(_PLAIN)
def test_fold_is_the_same_when_a_message_is_shouted(words: list[str]) -> None:
    text = " ".join(words)

    assert NORMALISER.fold(text.upper()) == NORMALISER.fold(text)


@pytest.mark.parametrize("unit", ["a", "a ", "a.", "a1", "aab", "aa'", "i ", "😀", "\u0301", "no "])
def test_fold_takes_under_a_second_when_a_message_is_made_to_be_slow(unit: str) -> None:
    text = (unit * 10_000)[:10_000]
    NORMALISER.fold("warm")

    started = time.perf_counter()
    NORMALISER.fold(text)

    assert time.perf_counter() - started < 1
