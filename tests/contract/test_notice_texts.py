"""Texts to staff, and what is left of a conversation that is deleted, on both databases."""

from __future__ import annotations

from typing import cast

import pytest

from bot.adapters.database import Database
from bot.adapters.database.models import (
    SmsConsentRow,
    SmsInboundRow,
    SmsOutboundRow,
    SmsStatusRow,
    SmsThreadRow,
)
from bot.adapters.database.texts_erasure import conversations_of, erase_texts
from bot.adapters.sms.interfaces import Provider
from bot.adapters.sms.notices import NoticeTexts
from bot.conversation.errors import TextNotSentError
from bot.conversation.texting.model import (
    Accepted,
    Lost,
    Refused,
    SendResult,
    StatusReport,
    TextState,
    TryAgain,
)
from tests.scripted_dialogue import build_clinic
from tests.scripted_texting import CLINIC, GATEWAY, PHONE, ScriptedGateway, TextingClinic


@pytest.fixture
def texting(database: Database) -> TextingClinic:
    return TextingClinic(build_clinic(database))


@pytest.fixture
def gateway() -> ScriptedGateway:
    return ScriptedGateway()


@pytest.fixture
def notices(database: Database, gateway: ScriptedGateway) -> NoticeTexts:
    return NoticeTexts(database, {GATEWAY: cast(Provider, gateway)}, {GATEWAY: CLINIC})


def test_page_is_texted_once_when_its_key_comes_again(
    notices: NoticeTexts, gateway: ScriptedGateway, texting: TextingClinic
) -> None:
    for _ in range(3):
        notices.send(PHONE, "A T1 case waits.", "page-1")
    notices.send(PHONE, "A T1 case waits.", "page-2")
    assert gateway.bodies == ["A T1 case waits."] * 2
    report = StatusReport(GATEWAY, "SM-x", TextState.DELIVERED, ref=gateway.sent[0].ref)
    assert texting.gate.report([report]) == 1  # another text's id
    own = StatusReport(GATEWAY, "SM-y", TextState.DELIVERED, ref="unknown")
    assert texting.gate.report([own]) == 1


@pytest.mark.parametrize("failure", [TryAgain("429"), Refused("21211")])
def test_page_may_be_tried_again_when_it_was_surely_not_sent(
    notices: NoticeTexts, gateway: ScriptedGateway, failure: SendResult
) -> None:
    gateway.results = [failure]
    with pytest.raises(TextNotSentError):
        notices.send(PHONE, "A T1 case waits.", "page-1")
    notices.send(PHONE, "A T1 case waits.", "page-1")
    assert len(gateway.sent) == 2


def test_page_is_looked_up_when_its_answer_was_lost(
    notices: NoticeTexts, gateway: ScriptedGateway
) -> None:
    gateway.results = [Lost("time-out")]
    with pytest.raises(TextNotSentError):
        notices.send(PHONE, "A T1 case waits.", "page-1")
    gateway.found = TryAgain("look-up failed")
    with pytest.raises(TextNotSentError):
        notices.send(PHONE, "A T1 case waits.", "page-1")
    gateway.found = Accepted("SM-found")
    notices.send(PHONE, "A T1 case waits.", "page-1")
    notices.send(PHONE, "A T1 case waits.", "page-1")
    assert len(gateway.sent) == 1


def test_page_is_refused_when_nobody_can_text(database: Database) -> None:
    with pytest.raises(TextNotSentError, match="no provider"):
        NoticeTexts(database, {}, {}).send(PHONE, "A T1 case waits.", "page-1")


def test_nothing_but_consent_is_left_when_a_conversation_is_deleted(
    texting: TextingClinic,
) -> None:
    texting.text("is it approved?")
    texting.text("hello", "+12025550122")
    texting.report(texting.gateway.sent[0], TextState.DELIVERED)
    with texting.clinic.database.write() as session:
        (mine,) = conversations_of(session, "(202) 555-0111")
        deleted = erase_texts(session, mine)
    assert deleted == {"sms_statuses": 1, "sms_outbound": 2, "sms_inbound": 1, "sms_threads": 1}
    for table in (SmsOutboundRow, SmsInboundRow, SmsThreadRow):
        left = {row.person_number for row in texting.clinic.rows(table)}
        assert left == {"+12025550122"}
    assert texting.clinic.rows(SmsStatusRow) == []
    assert len(texting.clinic.rows(SmsConsentRow)) == 2
