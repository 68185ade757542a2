from __future__ import annotations

import dataclasses

import pytest

from bot.adapters.database.models import MessageRow, SmsInboundRow
from bot.conversation.model import Author
from bot.conversation.texting.composing import MORE_HINT
from bot.conversation.texting.model import Part
from tests.scripted_dialogue import ANSWER, NOTICE, Clinic, red_line, result_of
from tests.scripted_texting import PHONE, TextingClinic

LONG = dataclasses.replace(
    ANSWER, draft=False, sms="No. See the label.", text="**No.** See [988](tel:988) and the label."
)


def _visitor_texts(clinic: Clinic) -> list[str]:
    return [row.text for row in clinic.rows(MessageRow) if row.author == Author.VISITOR]


def test_text_is_answered_when_it_comes_in(texting: TextingClinic) -> None:
    sent = texting.text("is it approved?")
    assert sent == [NOTICE.sms, f"DRAFT: **No.** See the label.\n{MORE_HINT}"]
    assert texting.states() == ["sent", "sent"]


def test_text_is_handled_once_when_it_is_delivered_again(texting: TextingClinic) -> None:
    texting.text("is it approved?", provider_id="SM1")
    assert texting.receive("is it approved?", provider_id="SM1") == 0
    texting.work()
    assert _visitor_texts(texting.clinic) == ["is it approved?"]
    assert len(texting.gateway.sent) == 2


def test_text_is_answered_once_when_its_worker_died_after_the_reply(
    texting: TextingClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    texting.receive("is it approved?")
    with monkeypatch.context() as patched:
        patched.setattr(texting.store, "finish_incoming", _die)
        texting.inbox.handle_next()
    assert not texting.inbox.handle_next()  # still leased to the one that died
    texting.clinic.clock.turn(seconds=16)
    texting.work()
    assert len(texting.gateway.sent) == 2
    assert [row.state for row in texting.clinic.rows(SmsInboundRow)] == ["done"]


def _die(_text: object) -> None:
    raise RuntimeError("killed")


def test_text_goes_to_staff_when_it_can_never_be_handled(
    texting: TextingClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texting.clinic.conversations, "post", _broken)
    texting.receive("is it approved?")
    for _ in range(6):
        texting.work()
        texting.clinic.clock.turn(seconds=16)
    assert [row.state for row in texting.clinic.rows(SmsInboundRow)] == ["failed"]
    assert texting.cases() == [("failure", "T3")]
    assert texting.gateway.bodies == ["Staff have it."]


def test_text_goes_to_staff_when_every_try_ends_with_its_process(
    texting: TextingClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texting.clinic.conversations, "post", _kill)
    texting.receive("is it approved?")
    for _ in range(texting.inbox._limits.most_attempts):
        with pytest.raises(KeyboardInterrupt):
            texting.inbox.handle_next()
        texting.clinic.clock.turn(seconds=16)
    texting.work()
    assert [row.state for row in texting.clinic.rows(SmsInboundRow)] == ["failed"]
    assert texting.cases() == [("failure", "T3")]
    assert texting.gateway.bodies == ["Staff have it."]


def _kill(*_arguments: object) -> None:
    raise KeyboardInterrupt


def _broken(*_arguments: object) -> None:
    raise RuntimeError("broken")


def test_notice_is_given_once_and_again_when_a_number_was_silent_for_long(
    texting: TextingClinic,
) -> None:
    assert NOTICE.sms in texting.text("one")
    texting.clinic.clock.turn(days=2)
    assert NOTICE.sms not in texting.text("two")
    assert len(texting.conversations()) == 2
    texting.clinic.clock.turn(days=91)
    assert NOTICE.sms in texting.text("three")


def test_safety_reply_comes_before_the_notice_when_the_first_text_is_a_crisis(
    texting: TextingClinic,
) -> None:
    texting.clinic.dialogue.script["i want to die"] = red_line("self_harm", "T1")
    sent = texting.text("i want to die")
    assert sent == [red_line("self_harm", "T1").sms, NOTICE.sms]


def test_conversation_goes_on_when_a_number_texts_again_soon(texting: TextingClinic) -> None:
    texting.text("one")
    texting.clinic.clock.turn(hours=23)
    texting.text("two")
    assert len(texting.conversations()) == 1
    assert texting.clinic.dialogue.requests[-1].previous == ("one",)


def test_conversation_goes_on_when_its_case_is_still_open(texting: TextingClinic) -> None:
    texting.clinic.dialogue.script["i want to die"] = red_line("self_harm", "T1")
    texting.text("i want to die")
    texting.clinic.clock.turn(days=3)
    assert texting.text("nvm") == ["Paused (en)."]
    assert len(texting.conversations()) == 1


def test_numbers_have_conversations_of_their_own_when_both_text(texting: TextingClinic) -> None:
    texting.text("one")
    texting.text("two", "+12025550122")
    assert len(texting.conversations()) == 2


def test_staff_reply_is_texted_when_staff_hold_the_conversation(texting: TextingClinic) -> None:
    texting.text("one")
    conversation, sam = texting.conversations()[0], texting.clinic.staff()
    texting.clinic.desk.claim(conversation, sam)
    texting.clinic.desk.staff_reply(conversation, sam, "s1", "It\u2019s Sam \u2013 how can I help?")
    texting.work()
    assert texting.gateway.bodies[-1] == "It's Sam - how can I help?"
    assert texting.text("thank you") == []
    assert _visitor_texts(texting.clinic) == ["one", "thank you"]


@pytest.mark.parametrize(("media", "shown"), [(1, "picture"), (0, "without words")])
def test_picture_goes_to_staff_when_no_words_come_with_it(
    texting: TextingClinic, media: int, shown: str
) -> None:
    sent = texting.text(" \u200b", media=media)
    assert sent == ["sms_picture."]
    assert shown in _visitor_texts(texting.clinic)[0]
    assert texting.cases() == [("unanswerable", "T2")]
    assert texting.clinic.dialogue.requests == []


def test_picture_is_mentioned_to_staff_when_words_come_with_it(texting: TextingClinic) -> None:
    assert "DRAFT" in texting.text("is it approved?", media=2)[-1]
    assert texting.cases() == [("unanswerable", "T3")]


def test_parts_are_joined_when_they_arrive_in_any_order(texting: TextingClinic) -> None:
    texting.receive("die", part=Part("r", 2, 2))
    texting.work()
    assert _visitor_texts(texting.clinic) == []
    texting.receive("i want to ", part=Part("r", 1, 2))
    texting.work()
    assert _visitor_texts(texting.clinic) == ["i want to die"]


def test_parts_are_handled_when_the_rest_does_not_come(texting: TextingClinic) -> None:
    texting.receive("i want to ", part=Part("r", 1, 2))
    texting.clinic.clock.turn(seconds=11)
    texting.work()
    texting.receive("die", part=Part("r", 2, 2))
    texting.clinic.clock.turn(seconds=11)
    texting.work()
    assert _visitor_texts(texting.clinic) == ["i want to ", "die"]


def test_pieces_are_joined_when_a_carrier_cut_a_long_text(texting: TextingClinic) -> None:
    first, second = "a" * 153, "b" * 153
    for piece in (first, second, "end"):
        texting.receive(piece)
    texting.clinic.clock.turn(seconds=3)
    texting.work()
    assert _visitor_texts(texting.clinic) == [first + second + "end"]


def test_same_parts_are_joined_when_the_first_try_died(
    texting: TextingClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    texting.receive("a" * 160)
    texting.receive("first")
    texting.clinic.clock.turn(seconds=3)
    with monkeypatch.context() as patched:
        patched.setattr(texting.store, "finish_incoming", _die)
        texting.inbox.handle_next()
    texting.receive("second")
    texting.clinic.clock.turn(seconds=16)
    texting.work()
    assert _visitor_texts(texting.clinic) == ["a" * 160 + "first", "second"]
    assert [row.state for row in texting.clinic.rows(SmsInboundRow)] == ["done", "joined", "done"]


def test_more_brings_the_long_version_when_an_answer_came_before(texting: TextingClinic) -> None:
    texting.clinic.dialogue.script["approved?"] = result_of(LONG)
    assert texting.text("approved?")[-1] == f"No. See the label.\n{MORE_HINT}"
    assert texting.text("MORE") == ["No. See 988 and the label.\n\nSources: Agency."]
    assert len(texting.clinic.dialogue.requests) == 1


def test_more_is_an_ordinary_message_when_no_answer_came_before(texting: TextingClinic) -> None:
    texting.text("more")
    assert texting.clinic.dialogue.requests[0].text == "more"


def test_text_is_stored_when_it_holds_what_no_database_takes(texting: TextingClinic) -> None:
    texting.text("is\x00 it \ud83d approved?")
    assert _visitor_texts(texting.clinic) == ["is it  approved?"]


def test_text_is_cut_when_it_is_longer_than_a_conversation_takes(texting: TextingClinic) -> None:
    texting.text("long " * 1000)
    assert len(_visitor_texts(texting.clinic)[0]) == 4000


def test_texts_of_one_person_are_handled_in_order_when_one_is_being_handled(
    texting: TextingClinic,
) -> None:
    texting.receive("one")
    texting.receive("two")
    texting.receive("other", "+12025550122")
    lease = texting.inbox._limits.lease
    first, second = (texting.store.claim_incoming(lease) for _ in range(2))
    assert first is not None
    assert second is not None
    assert (first.text, first.numbers.person) == ("one", PHONE)
    assert second.text == "other"
    assert texting.store.claim_incoming(lease) is None
