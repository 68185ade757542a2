"""A dialogue that follows a script, plain fixed texts, and a clock that tests can turn."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.adapters.database import Database, SqlConversationStore, migrate
from bot.adapters.database.models import AccountRow, Base
from bot.conversation import Channel, Conversations, Limits, Staff, StaffDesk
from bot.conversation.hours import ClinicHours
from bot.conversation.model import DialogueRequest, DialogueResult
from knowledge.decision import Category, Decision, Tier
from knowledge.reply import Button, Escalation, Reply
from tests.sealed_database import database_at

START = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
#: Open day and night: minutes run at any hour.
HOURS = ClinicHours(
    dt.UTC,
    {day: (dt.time(0), dt.time(23, 59, 59)) for day in range(7)},
    frozenset(),
    {"T0": 5, "T1": 15, "T2": 480, "T3": 1440},
)
SOURCE = {"key": "SRC", "title": "Label", "organisation": "Agency", "year": 2024, "url": None}


def reply(kind: Any, text: str, **further: Any) -> Reply:
    return Reply(kind=kind, text=text, sms=text, **further)


def red_line(category: Category, tier: Tier) -> Reply:
    """The reply to a red line, with its escalation."""
    kinds = {"self_harm": "crisis", "medical_emergency": "emergency"}
    escalation = Escalation(category, tier, f"script: {category}")
    text = "Call [988](tel:988) or [911](tel:911)."
    return reply(kinds.get(category, "escalation"), text, escalation=escalation)


ANSWER = reply(
    "answer",
    "**No.** See the label.",
    faq_ids=("approval",),
    sources=(SOURCE,),
    buttons=(Button("How long?", "How long does a visit take?"),),
    draft=True,
)
NOTICE = reply("notice", "Automated. Not for emergencies: [911](tel:911), [988](tel:988).")


class PlainTexts:
    """Fixed texts; the words "die" and "breathing" stand for the lexicon."""

    clinic_name = "Test Clinic"
    clinic_phone = "202-555-0100"

    def suggestions(self, faq_ids: Sequence[str]) -> tuple[Button, ...]:
        return (Button("Is it approved?", "is it approved?"),)

    def notice(self, language: str) -> Reply:
        return NOTICE

    def holding(self, text: str, reason: str) -> Reply:
        if "die" in text:
            return red_line("self_harm", "T1")
        if "breathing" in text:
            return red_line("medical_emergency", "T0")
        return reply("holding", "Staff have it.", escalation=Escalation("failure", "T3", reason))

    def is_urgent(self, text: str) -> bool:
        return self.holding(text, "").kind != "holding"

    def red_line(self, category: Category, tier: Tier, reason: str, language: str) -> Reply:
        return red_line(category, tier)

    def locked(self, language: str) -> Reply:
        return reply("locked", f"Paused ({language}).")

    def promised(self, reply: Reply, at: dt.datetime) -> Reply:
        return reply

    def due(self, tier: Tier, since: dt.datetime) -> dt.datetime:
        return HOURS.due(tier, since)

    def staff_joined(self, name: str, language: str) -> Reply:
        return reply("handoff", f"{name} has joined.")

    def handed_back(self, language: str, *, locked: bool) -> Reply:
        return reply("handoff", "Staff have left." if locked else "The assistant is back.")

    def resolved(self, language: str) -> Reply:
        return reply("handoff", "Staff have closed this.")

    def texting(self, key: str, language: str) -> Reply:
        return reply("holding" if key == "sms_picture" else "consent", f"{key}.")


def result_of(*replies: Reply, **further: Any) -> DialogueResult:
    return DialogueResult(replies=replies, **further)


@dataclass
class ScriptedDialogue:
    """Answers from `script`, else with `ANSWER`; an exception in the script is raised."""

    script: dict[str, Any] = field(default_factory=dict)
    requests: list[DialogueRequest] = field(default_factory=list)
    delay: Callable[[str], float] = lambda _text: 0.0
    during: Callable[[DialogueRequest], None] = lambda _request: None

    def respond(self, request: DialogueRequest) -> DialogueResult:
        self.requests.append(request)
        time.sleep(self.delay(request.text))
        self.during(request)
        scripted = self.script.get(request.text, ANSWER)
        if isinstance(scripted, Exception):
            raise scripted
        if isinstance(scripted, Reply):
            return result_of(scripted)
        assert isinstance(scripted, DialogueResult)
        return scripted


class TurnedClock:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        return self.now

    def turn(self, **further: float) -> None:
        self.now += dt.timedelta(**further)


@dataclass
class Clinic:
    """A whole core on a real database, with a scripted dialogue."""

    database: Database
    dialogue: ScriptedDialogue
    clock: TurnedClock
    store: SqlConversationStore
    conversations: Conversations
    desk: StaffDesk

    def start(self) -> str:
        return self.conversations.start(Channel.WEB).conversation.id

    def staff(self, name: str = "Sam") -> Staff:
        """Creates an account and returns who it is."""
        email = f"{name.lower()}@clinic.example"
        row = AccountRow(email=email, name=name, role="staff", created_at=START)
        with self.database.write() as session:
            session.add(row)
            session.flush()
            return Staff(row.id, name)

    def rows(self, table: type[Base]) -> list[Any]:
        with self.database.read() as session:
            rows = list(session.scalars(sa.select(table)))
            session.expunge_all()
            return rows


def build_clinic(database: Database, patience: float = 8.0) -> Clinic:
    """Puts the core together on a migrated database."""
    clock, dialogue = TurnedClock(), ScriptedDialogue()
    store = SqlConversationStore(database, clock)
    limits = Limits(patience=patience)
    fixed = PlainTexts()
    conversations = Conversations(store, dialogue, fixed, limits, clock)
    return Clinic(database, dialogue, clock, store, conversations, StaffDesk(store, fixed, clock))


@contextmanager
def sqlite_clinic(folder: Path, patience: float = 8.0) -> Iterator[Clinic]:
    database = database_at(f"sqlite:///{folder}/faqbot.db")
    migrate(database)
    yield build_clinic(database, patience)
    database.close()


def decision(text: str, **further: Any) -> Decision:
    return Decision(text, **{"route": "answer", "reasons": ("script",), **further})
