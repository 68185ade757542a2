"""docs/sms.md and the code say the same."""

from __future__ import annotations

import re
from pathlib import Path

from bot.adapters.sms.config import HttpAccount, TelnyxAccount, TwilioAccount

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "sms.md").read_text(encoding="utf-8")


def test_every_duty_names_a_place_and_a_test_that_exist_when_the_page_is_read() -> None:
    table = PAGE[PAGE.index("| duty |") : PAGE.index("## Figures")]
    rows = re.findall(r"^\| (?!duty|---)(.+) \| (.+) \| (.+) \|$", table, re.MULTILINE)
    files = list((ROOT / "tests").rglob("test_*.py"))
    written = "".join(file.read_text(encoding="utf-8") for file in files)
    assert len(rows) > 20
    for duty, places, tests in rows:
        for place in re.findall(r"`([^`]+)`", places):
            assert (ROOT / place).exists(), (duty, place)
        names = re.findall(r"`(test_\w+)`", tests)
        assert names, duty
        for name in names:
            assert f"def {name}(" in written, (duty, name)


def test_every_field_of_a_gateway_is_described_when_the_page_is_read() -> None:
    table = PAGE[PAGE.index("| field |") : PAGE.index("A wrong field stops")]
    described = set(
        re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (.+?) \|", table, re.MULTILINE)))
    )
    fields = {f for a in (TwilioAccount, TelnyxAccount, HttpAccount) for f in a.model_fields}
    assert described == fields
