"""Which steps of paging are due, and what the ladder's setting may say."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from bot.conversation.model import OpenedEscalation, Status
from bot.conversation.paging import Rules, plan
from bot.ladder import parse_ladder, parse_target, parse_targets, reaches_people
from bot.setting_values import UnusableValueError
from bot.settings import SettingsError, load_settings
from tests.scripted_dialogue import START

RULES = Rules(
    parse_ladder("0 mailto:a@b.example; 5 mailto:a@b.example sms:+12025550142; 10 webhook"),
    dt.timedelta(minutes=5),
    parse_targets("mailto:desk@b.example"),
)
CASE = OpenedEscalation(
    id=1,
    conversation_id="c",
    status=Status.OPEN,
    category="self_harm",
    tier="T1",
    reason="",
    opened_at=START,
    updated_at=START,
    waiting_since=START,
    page_from=START,
)
ROUTINE = dataclasses.replace(CASE, tier="T2", category="dosing")


def after(minutes: float) -> dt.datetime:
    return START + dt.timedelta(minutes=minutes)


def due(case: OpenedEscalation, minutes: float, deadline: float = 240) -> list[tuple[int, str]]:
    found = plan(case, RULES, after(deadline), after(minutes))
    return [(step, str(target)) for step, target in found.due]


@pytest.mark.parametrize(
    ("minutes", "steps"),
    [
        (-1, []),
        (0, [(0, "mailto:a@b.example")]),
        (4.9, [(0, "mailto:a@b.example")]),
        (5, [(1, "mailto:a@b.example"), (1, "sms:+12025550142")]),
        (10, [(1, "mailto:a@b.example"), (1, "sms:+12025550142"), (2, "webhook")]),
        (15, [(1, "mailto:a@b.example"), (1, "sms:+12025550142"), (3, "webhook")]),
        (61, [(1, "mailto:a@b.example"), (1, "sms:+12025550142"), (12, "webhook")]),
    ],
)
def test_ladder_is_climbed_when_nobody_acknowledges(
    minutes: float, steps: list[tuple[int, str]]
) -> None:
    assert due(CASE, minutes) == steps


@pytest.mark.parametrize(("minutes", "following"), [(-1, 0), (0, 5), (7, 10), (10, 15), (61, 65)])
def test_next_look_is_at_the_next_step_when_one_was_done(minutes: float, following: float) -> None:
    assert plan(CASE, RULES, after(15), after(minutes)).next_at == after(following)


def test_routine_case_is_told_twice_when_nobody_answers() -> None:
    assert due(ROUTINE, 0) == [(0, "mailto:desk@b.example")]
    assert due(ROUTINE, 239) == [(0, "mailto:desk@b.example")]
    assert due(ROUTINE, 240) == [(1, "mailto:desk@b.example")]
    assert plan(ROUTINE, RULES, after(240), after(0)).next_at == after(240)
    assert plan(ROUTINE, RULES, after(240), after(300)).next_at is None


@pytest.mark.parametrize(
    "change",
    [{"page_from": None}, {"waiting_since": None}, {"status": Status.RESOLVED}],
)
def test_nobody_is_told_when_nobody_waits(change: dict[str, object]) -> None:
    case = dataclasses.replace(CASE, **change)  # type: ignore[arg-type]
    found = plan(case, RULES, after(15), after(30))
    assert (found.due, found.next_at) == ((), None)


@pytest.mark.parametrize(
    "text",
    ["", "5 webhook", "0 webhook; 0 console", "0 webhook; 5", "x webhook", "0 mailto:nobody",
     "0 sms:2025550142", "0 pigeon:roof", "0 webhook:x", "0 webhook; 9999 console"],
)  # fmt: skip
def test_ladder_is_refused_when_it_cannot_be_climbed(text: str) -> None:
    with pytest.raises(UnusableValueError):
        parse_ladder(text)


def test_console_reaches_nobody_when_it_is_the_only_target() -> None:
    assert not reaches_people(parse_ladder("0 console; 5 console"))
    assert reaches_people(parse_ladder("0 console; 5 webhook"))


def test_number_is_hidden_when_a_target_is_shown() -> None:
    assert parse_target("sms:+12025550142").shown == "sms:…42"


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"FAQBOT_PAGE_LADDER": "0 mailto:a@b.example"}, "FAQBOT_SMTP_URL"),
        ({"FAQBOT_NOTIFY": "webhook"}, "FAQBOT_WEBHOOK_URL"),
        ({"FAQBOT_PAGE_LADDER": "0 nobody"}, "FAQBOT_PAGE_LADDER"),
        ({"FAQBOT_DESK_STREAMS": "96"}, "FAQBOT_DESK_STREAMS"),
    ],
)
def test_start_is_stopped_when_a_target_cannot_be_reached(
    environ: dict[str, str], variable: str
) -> None:
    with pytest.raises(SettingsError, match=variable):
        load_settings(environ)
