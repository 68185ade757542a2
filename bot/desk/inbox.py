"""What the inbox lists: cases with what one needs to choose the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import sqlalchemy as sa

from bot.adapters.database import Database, mapping
from bot.adapters.database.models import ConversationRow, EscalationRow, MessageRow
from bot.conversation.model import (
    LOCKING_TIERS,
    Author,
    Conversation,
    OpenedEscalation,
    Status,
)

PAGE_SIZE: Final = 50
#: Case, conversation, oldest message after the last reply of staff, whether a draft was shown.
_Wanted: TypeAlias = sa.Select[EscalationRow, ConversationRow, dt.datetime, bool]


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the inbox.

    Attributes:
        shows_draft: whether the patient was shown an answer that nobody has approved.
        waiting_since: since when the patient waits for staff; None while staff wait for them.
        is_overdue: whether they wait longer than the clinic promises for the tier.
    """

    case: OpenedEscalation
    conversation: Conversation
    shows_draft: bool
    waiting_since: dt.datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases there are; `urgent` are open ones of tier T0 and T1."""

    open: int
    urgent: int
    resolved: int


class Inbox:
    """Reads the lists."""

    def __init__(self, database: Database, response_minutes: Mapping[str, int]) -> None:
        """Prepares the lists.

        Args:
            database: where cases are kept.
            response_minutes: how long a patient may wait, by tier.
        """
        self._database = database
        self._limits = {t: dt.timedelta(minutes=m) for t, m in response_minutes.items()}

    def counts(self) -> Counts:
        """Returns how many cases there are."""
        resolved = EscalationRow.status == Status.RESOLVED.value
        urgent = ~resolved & EscalationRow.tier.in_(sorted(LOCKING_TIERS))
        with self._database.read() as session:
            count = sa.func.count().filter
            found = session.execute(
                sa.select(count(~resolved), count(urgent), count(resolved)).select_from(
                    EscalationRow
                )
            ).one()
        return Counts(*found)

    def open_cases(self, now: dt.datetime, page: int = 1) -> tuple[Row, ...]:
        """Returns a page of open cases, most severe first, then oldest first."""
        wanted = _cases().where(EscalationRow.status != Status.RESOLVED.value)
        ordered = wanted.order_by(EscalationRow.tier, EscalationRow.opened_at, EscalationRow.id)
        return self._page(ordered, now, page)

    def resolved_cases(self, now: dt.datetime, page: int = 1) -> tuple[Row, ...]:
        """Returns a page of resolved cases, newest first."""
        wanted = _cases().where(EscalationRow.status == Status.RESOLVED.value)
        ordered = wanted.order_by(EscalationRow.resolved_at.desc(), EscalationRow.id.desc())
        return self._page(ordered, now, page)

    def held_without_case(self) -> tuple[Conversation, ...]:
        """Returns conversations in which staff keep the assistant silent without an open case.

        Without this list a patient who writes there would wait unseen.
        """
        has_case = sa.exists().where(
            EscalationRow.conversation_id == ConversationRow.id,
            EscalationRow.status != Status.RESOLVED.value,
        )
        with self._database.read() as session:
            rows = session.scalars(
                sa.select(ConversationRow)
                .where(ConversationRow.holder_id.is_not(None), ~has_case)
                .order_by(ConversationRow.last_message_at)
            )
            return tuple(mapping.conversation(row) for row in rows)

    def waiting_since(self, conversation_id: str) -> dt.datetime | None:
        """Returns since when the patient waits for staff in the open case, if they do."""
        wanted = _cases().where(
            EscalationRow.conversation_id == conversation_id,
            EscalationRow.status != Status.RESOLVED.value,
        )
        with self._database.read() as session:
            found = session.execute(wanted).one_or_none()
            return None if found is None else _waiting_since(found[0], found[2])

    def is_overdue(self, tier: str, since: dt.datetime | None, now: dt.datetime) -> bool:
        """Tells whether a patient waits longer than the clinic promises."""
        return since is not None and now - since > self._limits[tier]

    def _page(self, wanted: _Wanted, now: dt.datetime, page: int) -> tuple[Row, ...]:
        limited = wanted.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
        with self._database.read() as session:
            return tuple(self._row(*found, now=now) for found in session.execute(limited))

    def _row(
        self,
        case: EscalationRow,
        conversation: ConversationRow,
        unanswered_since: dt.datetime | None,
        shows_draft: bool,
        *,
        now: dt.datetime,
    ) -> Row:
        since = _waiting_since(case, unanswered_since)
        return Row(
            case=mapping.escalation(case),
            conversation=mapping.conversation(conversation),
            shows_draft=shows_draft,
            waiting_since=since,
            is_overdue=self.is_overdue(case.tier, since, now),
        )


def _cases() -> _Wanted:
    mine = MessageRow.conversation_id == ConversationRow.id
    last_staff = (
        sa.select(sa.func.coalesce(sa.func.max(MessageRow.seq), 0))
        .where(mine, MessageRow.author == Author.STAFF.value)
        .correlate(ConversationRow)
        .scalar_subquery()
    )
    unanswered = (
        sa.select(sa.func.min(MessageRow.created_at))
        .where(mine, MessageRow.author == Author.VISITOR.value, MessageRow.seq > last_staff)
        .correlate(ConversationRow)
        .scalar_subquery()
    )
    draft = sa.exists().where(
        mine,
        MessageRow.author == Author.BOT.value,
        MessageRow.kind == "answer",
        MessageRow.reply["draft"].as_boolean(),
    )
    return sa.select(
        EscalationRow,
        ConversationRow,
        unanswered.label("unanswered_since"),
        draft.correlate(ConversationRow).label("shows_draft"),
    ).join(ConversationRow, ConversationRow.id == EscalationRow.conversation_id)


def _waiting_since(case: EscalationRow, unanswered_since: dt.datetime | None) -> dt.datetime | None:
    if case.status == Status.RESOLVED.value:
        return None
    return unanswered_since if case.status == Status.WAITING.value else case.opened_at
