from __future__ import annotations

import pytest

from knowledge.text.gsm7 import SmsSize, measure, outside_gsm7


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", SmsSize("GSM-7", 0, 1)),
        ("a" * 160, SmsSize("GSM-7", 160, 1)),
        ("a" * 161, SmsSize("GSM-7", 161, 2)),
        ("a" * 306, SmsSize("GSM-7", 306, 2)),
        ("a" * 307, SmsSize("GSM-7", 307, 3)),
        ("[" * 80, SmsSize("GSM-7", 160, 1)),
        ("€" + "a" * 159, SmsSize("GSM-7", 161, 2)),
        ("día", SmsSize("UCS-2", 3, 1)),
        ("\u2014" * 71, SmsSize("UCS-2", 71, 2)),
        ("\U0001f600" * 35, SmsSize("UCS-2", 70, 1)),
    ],
)
def test_size_is_the_carriers_when_a_text_is_measured(text: str, size: SmsSize) -> None:
    assert measure(text) == size


def test_size_grows_when_a_segment_would_split_an_extension_character() -> None:
    assert measure("a" * 152 + "[" + "a" * 152) == SmsSize("GSM-7", 306, 3)


def test_foreign_characters_are_named_once_when_a_text_holds_them() -> None:
    assert outside_gsm7("á é ñ á \u2019 ¿") == ("á", "\u2019")
