from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.texting.model import (
    Accepted,
    Lost,
    OutgoingText,
    Refused,
    TextState,
    TryAgain,
)
from bot.conversation.texting.quiet import QuietHours
from tests.scripted_dialogue import Clinic, red_line
from tests.scripted_texting import PHONE, TextingClinic


def _sent(texting: TextingClinic, kind: str = "die") -> OutgoingText:
    """Texts once and returns the reply that went out."""
    texting.clinic.dialogue.script["i want to die"] = red_line("self_harm", "T1")
    texting.text("i want to die" if kind == "die" else "is it approved?")
    return next(text for text in texting.gateway.sent if text.urgent == (kind == "die"))


@pytest.mark.parametrize("failure", [TryAgain("429", 7.0), TryAgain("not reached")])
def test_text_is_sent_again_when_the_provider_surely_has_not_taken_it(
    texting: TextingClinic, failure: TryAgain
) -> None:
    texting.gateway.results = [failure]
    texting.text("is it approved?")
    assert texting.states()[0] == "queued"
    texting.clinic.clock.turn(seconds=max(failure.after, 2) - 0.5)
    texting.work()
    assert texting.states()[0] == "queued"
    texting.clinic.clock.turn(seconds=1)
    texting.work()
    assert texting.states() == ["sent", "sent"]


def test_waits_grow_and_staff_are_told_when_the_provider_stays_away(
    texting: TextingClinic,
) -> None:
    texting.gateway.results = [TryAgain("not reached")] * 200
    texting.text("is it approved?")
    waited = []
    for _ in range(12):
        before = texting.outbound()[0]
        waited.append((before.next_at - texting.clinic.clock.now).total_seconds())
        texting.clinic.clock.turn(seconds=waited[-1])
        texting.work()
    assert waited[:5] == [2, 4, 8, 16, 32]
    assert max(waited) == 300
    texting.clinic.clock.turn(hours=5)
    texting.work()
    assert texting.states()[0] == "failed"
    assert texting.cases() == [("failure", "T3")]


def test_replies_keep_their_order_when_the_first_one_has_to_wait(texting: TextingClinic) -> None:
    texting.gateway.results = [TryAgain("429", 30)]
    texting.text("is it approved?")
    assert texting.states() == ["queued", "queued"]
    texting.clinic.clock.turn(seconds=31)
    texting.work()
    assert [text.id for text in texting.gateway.sent] == [1, 1, 2]


def test_safety_reply_goes_out_at_once_when_another_text_is_stuck(texting: TextingClinic) -> None:
    texting.gateway.results = [TryAgain("429", 300)]
    texting.text("is it approved?")
    texting.clinic.dialogue.script["i want to die"] = red_line("self_harm", "T1")
    assert texting.text("i want to die") == [red_line("self_harm", "T1").sms]


@pytest.mark.parametrize(
    ("result", "state"),
    [(Refused("21211"), "failed"), (Refused("21610", opted_out=True), "blocked")],
)
def test_text_is_never_sent_again_when_the_provider_refuses_it(
    texting: TextingClinic, result: Refused, state: str
) -> None:
    texting.gateway.results = [result]
    texting.text("is it approved?")
    texting.clinic.clock.turn(hours=9)
    texting.work()
    assert texting.states()[0] == state
    assert [text.id for text in texting.gateway.sent].count(1) == 1
    assert texting.cases() == [("failure", "T3")]


def test_opt_out_is_recorded_when_only_the_provider_knew_of_it(texting: TextingClinic) -> None:
    texting.gateway.results = [Refused("21610", opted_out=True)]
    texting.text("is it approved?")
    assert texting.consents()[1][:2] == ("opt_out", "refusal")
    assert texting.states() == ["blocked", "blocked"]


def test_fate_is_looked_up_when_the_answer_was_lost(texting: TextingClinic) -> None:
    texting.gateway.results = [Lost("time-out")]
    texting.gateway.found = Accepted("SM-found")
    texting.text("is it approved?")
    assert texting.states()[0] == "uncertain"
    texting.clinic.clock.turn(seconds=6)
    texting.work()
    assert texting.outbound()[0].provider_id == "SM-found"
    assert [text.id for text in texting.gateway.sent] == [1, 2]


def test_text_is_sent_again_when_look_ups_do_not_find_it(texting: TextingClinic) -> None:
    texting.gateway.results = [Lost("time-out")]
    texting.text("is it approved?")
    for _ in range(4):
        texting.clinic.clock.turn(seconds=20)
        texting.work()
    assert texting.states() == ["sent", "sent"]
    assert [text.id for text in texting.gateway.sent] == [1, 1, 2]


def test_text_waits_when_the_look_up_itself_fails(texting: TextingClinic) -> None:
    texting.gateway.results = [Lost("time-out")]
    texting.gateway.found = TryAgain("look-up failed")
    texting.text("is it approved?")
    for _ in range(10):
        texting.clinic.clock.turn(seconds=20)
        texting.work()
    assert texting.states()[0] == "uncertain"
    assert len(texting.gateway.sent) == 1
    texting.clinic.clock.turn(hours=5)
    texting.work()
    assert texting.states()[0] == "failed"
    assert texting.cases() == [("failure", "T3")]


def test_staff_decide_when_a_lost_text_can_neither_be_looked_up_nor_repeated(
    texting: TextingClinic,
) -> None:
    texting.gateway.can_find = False
    texting.gateway.results = [Lost("time-out")]
    texting.text("is it approved?")
    texting.clinic.clock.turn(seconds=60)
    texting.work()
    assert texting.states()[0] == "uncertain"
    texting.clinic.clock.turn(seconds=90)
    texting.work()
    assert texting.states()[0] == "failed"
    assert "may have arrived" in texting.reasons()[0]


def test_text_is_repeated_when_the_gateway_is_idempotent(texting: TextingClinic) -> None:
    texting.gateway.is_idempotent = True
    texting.gateway.results = [Lost("time-out")]
    texting.text("is it approved?")
    texting.clinic.clock.turn(seconds=3)
    texting.work()
    assert texting.states() == ["sent", "sent"]
    assert texting.gateway.sent[0].ref == texting.gateway.sent[1].ref


def test_text_is_not_sent_twice_when_its_process_died_while_sending(
    texting: TextingClinic,
) -> None:
    def die(_text: OutgoingText) -> None:
        raise KeyboardInterrupt

    texting.gateway.during = die
    texting.receive("is it approved?")
    texting.inbox.handle_next()
    with pytest.raises(KeyboardInterrupt):
        texting.outbox.send_next()
    texting.gateway.during = lambda _text: None
    texting.gateway.found = Accepted("SM-found")
    texting.clinic.clock.turn(seconds=61)
    texting.work()
    assert texting.states() == ["sent", "sent"]
    assert [text.id for text in texting.gateway.sent] == [1, 2]


def test_final_state_stays_when_reports_come_late_or_out_of_order(texting: TextingClinic) -> None:
    reply = _sent(texting, "answer")
    texting.report(reply, TextState.DELIVERED)
    for late in (TextState.SENT, TextState.UNDELIVERED, TextState.FAILED):
        texting.report(reply, late, "30003")
    assert texting.states()[reply.id - 1] == "delivered"
    assert texting.cases() == []


@pytest.mark.parametrize("state", [TextState.UNDELIVERED, TextState.FAILED])
def test_case_is_raised_again_when_a_safety_reply_was_not_delivered(
    texting: TextingClinic, state: TextState
) -> None:
    reply = _sent(texting)
    conversation, sam = texting.conversations()[0], texting.clinic.staff()
    texting.clinic.desk.resolve(conversation, sam, "Called 988 with them")
    texting.report(reply, state, "30005")
    opened = texting.clinic.desk.get_conversation(conversation).escalation
    assert texting.cases() == [("self_harm", "T1")]
    assert opened is not None
    assert opened.status == "open"
    assert "PHONE NOW" in texting.reasons()[-1]
    assert "30005" in texting.reasons()[-1]


def test_case_waits_for_staff_again_when_their_own_text_was_not_delivered(
    texting: TextingClinic,
) -> None:
    _sent(texting)
    conversation, sam = texting.conversations()[0], texting.clinic.staff()
    texting.clinic.desk.claim(conversation, sam)
    texting.clinic.desk.staff_reply(conversation, sam, "s1", "Are you safe?")
    texting.work()
    waiting = texting.clinic.desk.get_conversation(conversation).escalation
    assert waiting is not None
    assert waiting.status == "waiting"
    texting.report(texting.gateway.sent[-1], TextState.UNDELIVERED, "30003")
    opened = texting.clinic.desk.get_conversation(conversation).escalation
    assert opened is not None
    assert opened.status == "claimed"
    assert "please phone" in texting.reasons()[-1]


def test_report_finds_its_text_when_it_comes_before_the_answer(texting: TextingClinic) -> None:
    from bot.conversation.texting.model import StatusReport
    from tests.scripted_texting import GATEWAY

    def report(text: OutgoingText) -> None:
        early = StatusReport(GATEWAY, "SM-early", TextState.DELIVERED, ref=text.ref)
        texting.gate.report([early])
        texting.outbox.apply_next_status()

    texting.gateway.during = report
    texting.gateway.results = [Lost("time-out"), Accepted("x")]
    texting.receive("is it approved?")
    texting.inbox.handle_next()
    texting.outbox.send_next()
    assert texting.states()[0] == "delivered"


def test_nothing_is_texted_at_night_when_it_answers_nothing(clinic: Clinic) -> None:
    night = QuietHours(dt.time(21), dt.time(8), ZoneInfo("America/New_York"))
    texting = TextingClinic(clinic, night)
    clinic.clock.now = dt.datetime(2026, 11, 24, 3, 30, tzinfo=dt.UTC)  # 22:30 in New York
    assert len(texting.text("is it approved?")) == 2  # an answer is one at any hour
    conversation, sam = texting.conversations()[0], clinic.staff()
    clinic.desk.claim(conversation, sam)
    clinic.clock.turn(hours=2)
    clinic.desk.staff_reply(conversation, sam, "s1", "Your visit is on Friday.")
    texting.work()
    assert texting.states()[-1] == "queued"
    assert len(texting.text("hi")) == 0
    clinic.clock.now = dt.datetime(2026, 11, 24, 13, 0, 1, tzinfo=dt.UTC)
    texting.work()
    assert texting.gateway.bodies[-1] == "Your visit is on Friday."


@pytest.mark.parametrize(
    ("local", "ends"),
    [("2026-11-24T20:59", None), ("2026-11-24T21:00", "2026-11-25T08:00"),
     ("2026-11-25T07:59", "2026-11-25T08:00"), ("2026-11-25T08:00", None),
     ("2026-03-07T23:00", "2026-03-08T08:00")],
)  # fmt: skip
def test_quiet_hours_end_in_the_clinics_time_when_they_go_over_midnight(
    local: str, ends: str | None
) -> None:
    zone = ZoneInfo("America/New_York")
    quiet = QuietHours(dt.time(21), dt.time(8), zone)
    at = dt.datetime.fromisoformat(local).replace(tzinfo=zone)
    expected = None if ends is None else dt.datetime.fromisoformat(ends).replace(tzinfo=zone)
    assert quiet.end(at) == expected


def test_texts_wait_when_the_rate_of_a_number_is_spent(texting: TextingClinic) -> None:
    texting.outbox._rates["test"] = (2.0, 100.0)
    for number in range(3):
        texting.receive("hello", f"+1202555012{number}")
    texting.work()
    assert len(texting.gateway.sent) == 2
    texting.clinic.clock.turn(seconds=1.1)
    texting.work()
    assert len(texting.gateway.sent) == 4


def test_longer_texts_go_out_in_order_when_a_message_takes_several(
    texting: TextingClinic,
) -> None:
    texting.text("one")
    conversation, sam = texting.conversations()[0], texting.clinic.staff()
    texting.clinic.desk.claim(conversation, sam)
    words = "word " * 300
    texting.clinic.desk.staff_reply(conversation, sam, "s1", words.strip())
    texting.work()
    parts = [text.body for text in texting.gateway.sent if text.body.startswith("word")]
    assert len(parts) == 3
    assert " ".join(parts) == words.strip()
    assert texting.gateway.sent[-1].numbers.person == PHONE


def test_other_numbers_go_on_when_the_rate_of_one_is_spent(texting: TextingClinic) -> None:
    texting.outbox._rates["test"] = (1.0, 100.0)
    for number in range(3):
        texting.receive("hello", f"+1202555012{number}")
    texting.receive("hello", "+12025550130", clinic="+12025550101")
    texting.work()
    assert {text.numbers.clinic for text in texting.gateway.sent} == {
        "+12025550100", "+12025550101",
    }  # fmt: skip


def test_text_goes_to_staff_when_its_gateway_is_no_longer_configured(
    texting: TextingClinic,
) -> None:
    texting.receive("is it approved?")
    texting.inbox.handle_next()
    texting.outbox._gateways = {}
    texting.work()
    assert texting.states() == ["failed", "failed"]
    assert "no longer configured" in texting.reasons()[0]
