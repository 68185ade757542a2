"""Opening hours, response times, and the promise that follows from them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.approved_texts import ApprovedTexts
from bot.conversation.hours import ClinicHours
from bot.conversation.promise import promise
from bot.sms_text.segments import cut
from knowledge.decision import TIERS, Category, Tier
from knowledge.live import Texts

ROOT = Path(__file__).resolve().parents[3]
ZONE = ZoneInfo("America/New_York")
HOURS = ClinicHours.of(
    {
        "timezone": "America/New_York",
        "hours": {
            **{key: ["08:00", "18:00"] for key in ("monday", "tuesday", "wednesday", "thursday")},
            "friday": ["08:00", "16:00"],
        },
        "closed_days": [dt.date(2026, 11, 26)],
        "response_times": {"T0": 5, "T1": 15, "T2": 240, "T3": 600},
    }
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("tier", "since", "due"),
    [
        ("T0", "2026-11-28 03:00", "2026-11-28 03:05"),  # at any hour
        ("T2", "2026-11-23 09:00", "2026-11-23 13:00"),
        ("T2", "2026-11-23 16:30", "2026-11-24 10:30"),  # over the night
        ("T2", "2026-11-23 03:00", "2026-11-23 12:00"),  # before opening
        ("T3", "2026-11-25 12:00", "2026-11-27 12:00"),  # over the holiday
        ("T3", "2026-11-27 15:00", "2026-11-30 17:00"),  # over the weekend
        ("T2", "2026-10-30 15:00", "2026-11-02 11:00"),  # while clocks change
    ],
)
def test_answer_is_due_within_opening_hours_when_a_case_can_wait(
    tier: Tier, since: str, due: str
) -> None:
    assert HOURS.due(tier, at(since)) == at(due)


@given(
    st.sampled_from(TIERS),
    st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31)),  # noqa: DTZ001
    st.integers(1, 6000),
)
def test_overdue_is_what_is_past_its_due_when_either_way_is_asked(
    tier: Tier, now: dt.datetime, minutes: int
) -> None:
    now = now.replace(tzinfo=dt.UTC)
    since = now - dt.timedelta(minutes=minutes)
    if since < HOURS.overdue_before(tier, now):
        assert HOURS.due(tier, since) <= now
    else:
        assert HOURS.due(tier, since) >= now


@pytest.mark.parametrize(
    ("tier", "moment", "pages", "key", "when"),
    [
        ("T0", "2026-11-28 03:00", True, "promise_urgent", ""),
        ("T1", "2026-11-28 03:00", False, "promise_urgent_closed", "8:00 AM on Mon, Nov 30"),
        ("T1", "2026-11-23 12:00", False, "promise_urgent", ""),
        ("T2", "2026-11-23 09:00", False, "promise_open", "1:00 PM today"),
        ("T3", "2026-11-27 20:00", True, "promise_closed", "6:00 PM on Mon, Nov 30"),
    ],
)
def test_promise_keeps_to_the_hours_when_a_message_comes(
    tier: Tier, moment: str, pages: bool, key: str, when: str
) -> None:
    found = promise(HOURS, tier, at(moment), pages_at_night=pages)
    assert (found.key, found.when) == (key, when)


@pytest.fixture(scope="module")
def texts() -> ApprovedTexts:
    return ApprovedTexts.load(Texts(ROOT / "knowledge", ROOT / "var" / "index"))


@pytest.mark.parametrize("moment", ["2026-11-23 12:00", "2026-11-28 03:00"])
@pytest.mark.parametrize("tier", TIERS)
def test_reply_names_the_moment_and_stays_short_when_it_is_promised(
    texts: ApprovedTexts, tier: Tier, moment: str
) -> None:
    general = texts.library.facts["STAFF_RESPONSE_TIME"]
    for category in get_args(Category):
        reply = texts.promised(texts.red_line(category, tier, "", "en"), at(moment))
        assert general.web not in reply.text
        assert general.sms not in reply.sms
        assert "{" not in reply.text + reply.sms
        assert len(cut(reply.sms).segments) <= 2, (category, reply.sms)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23 12:00", "El personal procura responder antes de: mar 24 nov, 12:00 PM."),
        (
            "2026-11-28 03:00",
            "La clínica está cerrada. El personal procura responder antes de: lun ",
        ),
    ],
)
def test_promise_is_in_spanish_when_the_patient_writes_spanish(
    texts: ApprovedTexts, moment: str, expected: str
) -> None:
    reply = texts.promised(texts.red_line("language", "T3", "", "es"), at(moment))
    assert expected in reply.text
    assert "Staff" not in reply.text + reply.sms
    for category in get_args(Category):
        for tier in get_args(Tier):
            told = texts.promised(texts.red_line(category, tier, "", "es"), at(moment))
            assert "personal" in told.text
            assert "{" not in told.text + told.sms
            assert len(cut(told.sms).segments) <= 3, (category, told.sms)


def test_name_stays_plain_when_it_looks_like_markdown(texts: ApprovedTexts) -> None:
    told = texts.staff_joined("*Sam* [x](y)", "en")
    assert r"\*Sam\* \[x\](y) from" in told.text
    assert told.sms.startswith("*Sam* [x](y) from")
