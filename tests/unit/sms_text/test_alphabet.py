from __future__ import annotations

import pytest

from bot.sms_text import Encoding, encoding_of, units
from bot.sms_text.alphabet import BASIC, EXTENSION


def test_tables_have_the_sizes_of_the_standard_when_counted() -> None:
    assert len(BASIC) == 127  # 128 places, one of them the escape
    assert len(EXTENSION) == 10
    assert not BASIC & EXTENSION


@pytest.mark.parametrize("text", ["", "Call 911 now.", "¿Qué? ñ Ñ ü é à", "Ω{}[]~|^\\€", "a\nb"])
def test_encoding_is_gsm_7_when_every_character_is_in_its_tables(text: str) -> None:
    assert encoding_of(text) is Encoding.GSM_7


@pytest.mark.parametrize("text", ["á", "ç", "’", "`", "\t", "🙂", "Привет", "a\u0301"])
def test_encoding_is_ucs_2_when_one_character_is_in_no_table(text: str) -> None:
    assert encoding_of("plain " + text) is Encoding.UCS_2


@pytest.mark.parametrize(("text", "length"), [("abc", 3), ("€", 2), ("[a]", 5), ("a\fb", 4)])
def test_units_count_two_for_extension_characters_when_gsm_7(text: str, length: int) -> None:
    assert units(text, Encoding.GSM_7) == length


@pytest.mark.parametrize(("text", "length"), [("á", 1), ("€", 1), ("🙂", 2), ("👍🏽", 4)])
def test_units_count_utf_16_when_ucs_2(text: str, length: int) -> None:
    assert units(text, Encoding.UCS_2) == length
    assert units(text, Encoding.UCS_2) == len(text.encode("utf-16-be")) // 2
