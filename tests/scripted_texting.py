"""Phones that text a clinic: a real database, a scripted dialogue, a gateway that obeys a test."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.adapters.database.models import (
    EscalationEventRow,
    EscalationRow,
    MessageRow,
    SmsConsentRow,
    SmsOutboundRow,
)
from bot.adapters.database.texting import SqlTextingStore
from bot.adapters.database.texts_gate import SqlTextGate
from bot.conversation.texting import InboxLimits, OutboxLimits, TextInbox, TextOutbox
from bot.conversation.texting.model import (
    Accepted,
    Command,
    IncomingText,
    Numbers,
    OutgoingText,
    Part,
    SendResult,
    StatusReport,
    TextState,
)
from bot.conversation.texting.quiet import QuietHours
from tests.scripted_dialogue import Clinic, PlainTexts

CLINIC = "+12025550100"
PHONE = "+12025550111"
GATEWAY = "test"
RATES = {GATEWAY: (1000.0, 1000.0)}
NO_QUIET = QuietHours(dt.time(0), dt.time(0), ZoneInfo("UTC"))


@dataclass
class ScriptedGateway:
    """Accepts everything, unless a test says otherwise."""

    is_idempotent: bool = False
    can_find: bool = True
    results: list[SendResult] = field(default_factory=list)
    found: SendResult | None = None
    sent: list[OutgoingText] = field(default_factory=list)
    during: Callable[[OutgoingText], None] = lambda _text: None
    _ids = itertools.count(1)

    def send(self, text: OutgoingText) -> SendResult:
        self.sent.append(text)
        self.during(text)
        return self.results.pop(0) if self.results else Accepted(f"SM{next(self._ids)}")

    def find(self, text: OutgoingText, known: frozenset[str]) -> SendResult | None:
        return self.found

    @property
    def bodies(self) -> list[str]:
        return [text.body for text in self.sent]


class TextingClinic:
    """The core with its texting side, stepped by hand."""

    def __init__(self, clinic: Clinic, quiet: QuietHours = NO_QUIET) -> None:
        self.clinic, self.gateway = clinic, ScriptedGateway()
        self.gate = SqlTextGate(clinic.database, clinic.clock, lambda text: "die" in text)
        self.store = SqlTextingStore(clinic.database, clinic.clock)
        self.inbox = TextInbox(
            self.store, clinic.conversations, PlainTexts(), InboxLimits(), clinic.clock
        )
        self.outbox = TextOutbox(
            self.store, {GATEWAY: self.gateway}, RATES, quiet, OutboxLimits(), clinic.clock
        )
        self._ids = itertools.count(1)

    def receive(
        self,
        text: str,
        phone: str = PHONE,
        *,
        clinic: str = CLINIC,
        keyword: Command | None = None,
        media: int = 0,
        part: Part | None = None,
        provider_id: str | None = None,
    ) -> int:
        """Stores a text as its webhook does; returns how many were new."""
        numbers = Numbers(GATEWAY, clinic, phone)
        sid = provider_id or f"in-{next(self._ids)}"
        return self.gate.accept([IncomingText(numbers, sid, text, media, keyword, part or Part())])

    def text(self, text: str, phone: str = PHONE, **further: object) -> list[str]:
        """Texts the clinic and returns what comes back to all phones."""
        before = len(self.gateway.sent)
        self.receive(text, phone, **further)  # type: ignore[arg-type]
        self.work()
        return self.gateway.bodies[before:]

    def work(self) -> None:
        """Lets the worker do everything that is due now."""
        steps = (
            self.inbox.handle_next,
            self.outbox.apply_next_status,
            self.outbox.settle_next,
            self.outbox.send_next,
            self.outbox.tell_of_next_overdue,
        )
        for step in steps:
            while step():
                pass

    def report(self, text: OutgoingText, state: TextState, error: str | None = None) -> None:
        """Delivers a status report on a text, and lets the worker act upon it."""
        row = self.outbound()[text.id - 1]
        self.gate.report([StatusReport(GATEWAY, str(row.provider_id), state, error=error)])
        self.work()

    def outbound(self) -> list[Any]:
        return self._ordered(SmsOutboundRow)

    def states(self) -> list[str]:
        return [row.state for row in self.outbound()]

    def consents(self) -> list[tuple[str, str, str]]:
        return [(row.kind, row.how, row.words) for row in self._ordered(SmsConsentRow)]

    def cases(self) -> list[tuple[str, str]]:
        return [(row.category, row.tier) for row in self._ordered(EscalationRow)]

    def reasons(self) -> list[str]:
        """What the cases' logs say, in order."""
        return [row.reason or "" for row in self._ordered(EscalationEventRow)]

    def messages(self) -> list[Any]:
        """What people have texted, as the conversations keep it."""
        return [row for row in self.clinic.rows(MessageRow) if row.author == "visitor"]

    def _ordered(self, table: Any) -> list[Any]:
        return sorted(self.clinic.rows(table), key=lambda row: row.id)

    def conversations(self) -> list[str]:
        with self.clinic.database.read() as session:
            found = session.scalars(sa.select(MessageRow.conversation_id).distinct())
            return list(found)
