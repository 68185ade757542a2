from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sms_text import Encoding, encoding_of, plain_text


@pytest.mark.parametrize(
    ("fancy", "plain"),
    [
        ("You’re “safe”", 'You\'re "safe"'),
        ("2–3 — or «so»", '2-3 - or "so"'),
        ("wait…", "wait..."),
        ("a\u00a0b\tc\u202fd", "a b c d"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("hy\u00adphen\u200bated\ufeff", "hyphenated"),
        ("\u2022 first", "- first"),
        ("cafe\u0301", "café"),
        ("e\u200b\u0300", "è"),
    ],
)
def test_text_is_plain_when_it_was_typeset(fancy: str, plain: str) -> None:
    assert plain_text(fancy) == plain
    assert encoding_of(plain_text(fancy)) is Encoding.GSM_7


@pytest.mark.parametrize("text", ["Está en español", "👩\u200d⚕️", "3 < 4 & [x]", "Ωμέγα"])
def test_text_is_unchanged_when_nothing_plainer_means_the_same(text: str) -> None:
    assert plain_text(text) == text


@given(st.text())
def test_plain_text_stays_as_it_is_when_made_plain_again(text: str) -> None:
    once = plain_text(text)

    assert plain_text(once) == once


@given(st.text(alphabet=st.characters(max_codepoint=0x7F, exclude_characters="\t\r`")))
def test_text_is_unchanged_when_it_was_plain(text: str) -> None:
    assert plain_text(text) == text
