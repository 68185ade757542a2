"""What stands between a person in danger and a text that goes missing."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.model import Status
from bot.conversation.texting.model import Lost, Refused, TextState, TryAgain
from bot.conversation.texting.quiet import QuietHours
from knowledge.decision import Category, Tier
from tests.scripted_dialogue import NOTICE, Clinic, red_line
from tests.scripted_texting import TextingClinic

DANGER = "i want to die"
HELP_TEXT = red_line("self_harm", "T1").sms


def _in_danger(texting: TextingClinic) -> list[str]:
    texting.clinic.dialogue.script[DANGER] = red_line("self_harm", "T1")
    return texting.text(DANGER)


def test_crisis_is_handled_first_when_other_people_wait(texting: TextingClinic) -> None:
    for number in range(3):
        texting.receive("one", f"+1202555013{number}")
    texting.receive(DANGER)
    claimed = texting.store.claim_incoming(dt.timedelta(seconds=15))
    assert claimed is not None
    assert claimed.text == DANGER


def test_crisis_keeps_its_place_when_its_own_sender_texted_before(texting: TextingClinic) -> None:
    texting.receive("one")
    texting.receive(DANGER)
    claimed = texting.store.claim_incoming(dt.timedelta(seconds=15))
    assert claimed is not None
    assert claimed.text == "one"


def test_crisis_pulls_its_senders_earlier_text_along_when_other_people_wait(
    texting: TextingClinic,
) -> None:
    lease = dt.timedelta(seconds=15)
    for number in range(3):
        texting.receive("one", f"+1202555013{number}")
    texting.receive("hello")
    texting.receive(DANGER)
    claimed = texting.store.claim_incoming(lease)
    assert claimed is not None
    assert claimed.text == "hello"
    texting.store.finish_incoming(claimed)
    claimed = texting.store.claim_incoming(lease)
    assert claimed is not None
    assert claimed.text == DANGER


@pytest.mark.parametrize(
    "result", [TryAgain("not reached"), Lost("no answer")], ids=["not reached", "lost"]
)
def test_staff_are_told_to_phone_when_a_safety_reply_stays_on_its_way(
    texting: TextingClinic, result: TryAgain | Lost
) -> None:
    texting.gateway.results = [result] * 400
    texting.gateway.found = TryAgain("look-up failed")
    _in_danger(texting)
    assert not any("PHONE NOW" in reason for reason in texting.reasons())
    texting.clinic.clock.turn(minutes=11)
    texting.work()
    texting.clinic.clock.turn(minutes=11)
    texting.work()
    told = [reason for reason in texting.reasons() if "PHONE NOW" in reason]
    assert len(told) == 1
    assert "not known to have arrived after 10 min" in told[0]


def test_staff_are_told_when_nobody_ever_reports_on_a_safety_reply(texting: TextingClinic) -> None:
    _in_danger(texting)
    assert texting.states()[0] == "sent"
    texting.clinic.clock.turn(minutes=11)
    texting.work()
    assert "PHONE NOW" in texting.reasons()[-1]


def test_nobody_is_told_when_a_safety_reply_was_delivered(texting: TextingClinic) -> None:
    _in_danger(texting)
    texting.report(texting.gateway.sent[0], TextState.DELIVERED)
    texting.clinic.clock.turn(minutes=11)
    texting.work()
    assert not any("PHONE NOW" in reason for reason in texting.reasons())


@pytest.mark.parametrize("result", [Refused("30008"), Lost("no answer")])
def test_delivered_text_stays_delivered_when_its_report_overtakes_a_failure(
    texting: TextingClinic, result: Refused | Lost
) -> None:
    texting.gateway.can_find = False
    texting.gateway.results = [result]
    texting.gateway.during = lambda text: _report_delivered(texting, text.ref)
    texting.text("hello")
    texting.clinic.clock.turn(minutes=5)
    texting.work()
    assert texting.states()[0] == "delivered"
    assert texting.cases() == []


def _report_delivered(texting: TextingClinic, ref: str) -> None:
    from bot.conversation.texting.model import StatusReport

    if not any(row.state == "delivered" for row in texting.outbound()):
        texting.gate.report([StatusReport("test", "SM-early", TextState.DELIVERED, ref)])
        while texting.outbox.apply_next_status():
            pass


def test_second_safety_reply_goes_out_when_the_first_one_is_stuck(texting: TextingClinic) -> None:
    texting.gateway.results = [TryAgain("429", 300)]
    _in_danger(texting)
    texting.clinic.dialogue.script["not breathing"] = red_line("medical_emergency", "T0")
    assert texting.text("not breathing") == [red_line("medical_emergency", "T0").sms]


def test_crisis_goes_to_staff_at_once_when_handling_it_fails(
    texting: TextingClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texting.clinic.conversations, "post", _broken)
    assert _in_danger(texting) == [HELP_TEXT]
    assert texting.cases() == [("self_harm", "T1")]


def _broken(*_arguments: object) -> None:
    raise RuntimeError("broken")


def test_bot_is_silent_when_staff_hold_the_conversation_of_a_text_that_fails(
    texting: TextingClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    texting.text("hello")
    texting.clinic.desk.claim(texting.conversations()[0], texting.clinic.staff())
    texting.work()
    monkeypatch.setattr(texting.clinic.conversations, "post", _broken)
    texting.receive("is it approved?")
    before = len(texting.gateway.sent)
    for _ in range(6):
        texting.work()
        texting.clinic.clock.turn(seconds=16)
    assert len(texting.gateway.sent) == before
    assert texting.cases() == [("failure", "T3")]


def test_staff_reply_goes_out_at_night_when_the_person_waits_for_it(clinic: Clinic) -> None:
    texting = TextingClinic(clinic, QuietHours(dt.time(12), dt.time(20), ZoneInfo("UTC")))
    _in_danger(texting)
    conversation, sam = texting.conversations()[0], clinic.staff()
    clinic.clock.turn(hours=2)
    clinic.desk.claim(conversation, sam)
    clinic.desk.staff_reply(conversation, sam, "s1", "This is Sam.")
    texting.work()
    assert texting.gateway.bodies[-1] == "This is Sam."


def test_confirmation_comes_once_when_an_opt_out_with_more_is_repeated(
    texting: TextingClinic,
) -> None:
    assert texting.text("stop texting me, is friday still on?") == ["sms_opted_out."]
    assert texting.text("stop texting me! is friday on or not") == []


def test_plea_is_read_by_triage_when_it_may_be_no_opt_out(texting: TextingClinic) -> None:
    texting.clinic.dialogue.script["please stop"] = red_line("self_harm", "T1")
    assert texting.text("please stop") == [HELP_TEXT]
    assert texting.cases() == [("self_harm", "T1")]
    assert len(texting.consents()) == 1


def test_keyword_is_in_the_case_when_it_comes_after_a_crisis(texting: TextingClinic) -> None:
    _in_danger(texting)
    case = texting.clinic.store.case(texting.conversations()[0])
    texting.text("HELP")
    after = texting.clinic.store.case(texting.conversations()[0])
    assert len(after.events) == len(case.events) + 1
    assert after.escalation is not None
    assert after.escalation.status is Status.OPEN


def test_notice_is_given_when_it_could_not_be_sent_before(texting: TextingClinic) -> None:
    texting.text("STOP")
    texting.text("hello")
    texting.text("START")
    assert NOTICE.sms in texting.text("hello again")


def test_hint_is_given_once_a_day_when_a_text_may_be_an_opt_out(texting: TextingClinic) -> None:
    assert texting.text("no reminders by text please")[-1] == "sms_help."
    assert "sms_help." not in texting.text("no reminders by text please")
    assert [kind for kind, _, _ in texting.consents()] == ["opt_in"]


@pytest.mark.parametrize("further", [("self_harm", "T0"), ("self_harm", "T1")])
def test_hand_off_is_not_texted_when_abuse_was_reported_besides_something_else(
    texting: TextingClinic, further: tuple[Category, Tier]
) -> None:
    texting.clinic.dialogue.script |= {
        "he hit me": red_line("abuse", "T1"),
        "no way out": red_line(*further),
    }
    for text in ("no way out", "he hit me", "no way out"):
        texting.text(text)
    before = len(texting.gateway.sent)
    texting.clinic.desk.claim(texting.conversations()[0], texting.clinic.staff())
    texting.work()
    assert texting.gateway.sent[before:] == []
