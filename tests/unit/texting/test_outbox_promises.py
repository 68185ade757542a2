"""What the outbox promises: with its message or not at all, in order, within rates, unblocked."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.database import held
from bot.adapters.database.models import MessageRow, SmsOutboundRow
from bot.conversation.model import Author, Message
from bot.conversation.texting.model import StatusReport, TextState
from bot.conversation.texting.quiet import QuietHours
from tests.scripted_dialogue import Clinic
from tests.scripted_texting import GATEWAY, TextingClinic

NIGHT = QuietHours(dt.time(21), dt.time(8), ZoneInfo("UTC"))


def _said(texting: TextingClinic) -> list[str]:
    return [row.author for row in texting.clinic.rows(MessageRow)]


def test_message_is_not_recorded_when_its_text_cannot_be_queued(
    texting: TextingClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    texting.text("hello")
    conversation, sam = texting.conversations()[0], texting.clinic.staff()
    texting.clinic.desk.claim(conversation, sam)
    texting.work()
    said, queued = _said(texting), len(texting.clinic.rows(SmsOutboundRow))

    def fail(_session: object, _conversation: object, message: Message) -> None:
        if message.author is not Author.VISITOR:
            raise RuntimeError

    monkeypatch.setattr(held, "queue_texts", fail)
    with pytest.raises(RuntimeError):
        texting.clinic.desk.staff_reply(conversation, sam, "s1", "Hello, Sam here.")
    assert _said(texting) == said
    texting.receive("is it approved?", "+12025550122")
    texting.inbox.handle_next()
    assert sorted(_said(texting)) == sorted([*said, "visitor"])  # its reply is still to come
    assert len(texting.clinic.rows(SmsOutboundRow)) == queued


def test_texts_keep_their_order_when_they_waited_for_the_morning(clinic: Clinic) -> None:
    texting = TextingClinic(clinic, NIGHT)
    texting.text("hello")
    conversation, sam = texting.conversations()[0], clinic.staff()
    clinic.desk.claim(conversation, sam)
    texting.work()
    clinic.clock.turn(hours=12)
    clinic.desk.staff_reply(conversation, sam, "s1", "word " * 200)
    texting.work()
    assert texting.states()[-2:] == ["queued", "queued"]
    clinic.clock.turn(hours=9)
    lease, rates = texting.outbox._limits.lease, texting.outbox._rates
    first = texting.store.claim_outgoing(lease, rates)
    assert first is not None
    assert texting.store.claim_outgoing(lease, rates) is None  # the second part waits for it


def test_texts_wait_when_the_rate_of_the_account_is_spent(texting: TextingClinic) -> None:
    texting.outbox._rates[GATEWAY] = (100.0, 3.0)
    for number in range(4):
        texting.receive("hello", f"+1202555012{number}", clinic=f"+1202555010{number}")
    texting.work()
    assert len(texting.gateway.sent) == 3
    texting.clinic.clock.turn(seconds=1.1)
    texting.work()
    assert len(texting.gateway.sent) == 6


def test_other_reports_go_on_when_one_cannot_be_acted_upon(texting: TextingClinic) -> None:
    for number in range(3):
        texting.receive("hello", f"+1202555012{number}")
    while texting.inbox.handle_next():
        pass
    first, second, third = (row.ref for row in texting.outbound()[::2])
    # A gateway that gives two texts the same id, before we know an id of either.
    texting.gate.report([
        StatusReport(GATEWAY, "X1", TextState.SENT, first),
        StatusReport(GATEWAY, "X1", TextState.DELIVERED, second),
        StatusReport(GATEWAY, "X3", TextState.DELIVERED, third),
    ])  # fmt: skip
    while texting.outbox.apply_next_status():
        pass
    assert texting.states()[::2] == ["sent", "queued", "delivered"]
