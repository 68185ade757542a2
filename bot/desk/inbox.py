"""What the inbox lists: cases with what one needs to choose the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import sqlalchemy as sa

from bot.adapters.database import Database, mapping
from bot.adapters.database.models import ConversationRow, EscalationRow, MessageRow
from bot.conversation.hours import ClinicHours
from bot.conversation.model import (
    LOCKING_TIERS,
    Author,
    Conversation,
    OpenedEscalation,
    Status,
)
from bot.desk.filters import Filters
from bot.desk.search import WordSearch

PAGE_SIZE: Final = 50
#: Case, conversation, whether a draft was shown.
_Wanted: TypeAlias = sa.Select[EscalationRow, ConversationRow, bool]


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the inbox.

    Attributes:
        shows_draft: whether the patient was shown an answer that nobody has approved.
        is_overdue: whether they wait longer than the clinic promises for the tier.
    """

    case: OpenedEscalation
    conversation: Conversation
    shows_draft: bool
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases there are.

    Attributes:
        urgent: open ones of tier T0 and T1.
        alarming: urgent ones that nobody has claimed or acknowledged.
    """

    open: int
    urgent: int
    alarming: int
    resolved: int


class Inbox:
    """Reads the lists."""

    def __init__(self, database: Database, hours: Callable[[], ClinicHours]) -> None:
        """Prepares the lists.

        Args:
            database: where cases are kept.
            hours: returns until when the clinic promises an answer now.
        """
        self._database, self._hours = database, hours
        self._search = WordSearch(database)

    def counts(self) -> Counts:
        """Returns how many cases there are."""
        resolved = EscalationRow.status == Status.RESOLVED.value
        urgent = ~resolved & EscalationRow.tier.in_(sorted(LOCKING_TIERS))
        alarming = (
            (EscalationRow.status == Status.OPEN.value)
            & EscalationRow.tier.in_(sorted(LOCKING_TIERS))
            & EscalationRow.acknowledged_at.is_(None)
        )
        with self._database.read() as session:
            count = sa.func.count().filter
            wanted = (count(~resolved), count(urgent), count(alarming), count(resolved))
            found = session.execute(sa.select(*wanted).select_from(EscalationRow)).one()
        return Counts(*found)

    def open_cases(
        self,
        now: dt.datetime,
        page: int = 1,
        filters: Filters | None = None,
        account_id: int = 0,
    ) -> tuple[Row, ...]:
        """Returns a page of open cases, most severe first, then oldest first.

        One row more than a page holds is returned when there is a further page.
        """
        wanted = _cases().where(EscalationRow.status != Status.RESOLVED.value)
        if filters is not None:
            wanted = wanted.where(*filters.conditions(account_id, self._hours(), now))
        ordered = wanted.order_by(EscalationRow.tier, EscalationRow.opened_at, EscalationRow.id)
        return self._page(ordered, now, page, filters)

    def resolved_cases(
        self,
        now: dt.datetime,
        page: int = 1,
        filters: Filters | None = None,
        account_id: int = 0,
    ) -> tuple[Row, ...]:
        """Returns a page of resolved cases, newest first, and one row more if there are more."""
        wanted = _cases().where(EscalationRow.status == Status.RESOLVED.value)
        if filters is not None:
            wanted = wanted.where(*filters.conditions(account_id, self._hours(), now))
        ordered = wanted.order_by(EscalationRow.resolved_at.desc(), EscalationRow.id.desc())
        return self._page(ordered, now, page, filters)

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

    def is_overdue(self, case: OpenedEscalation, now: dt.datetime) -> bool:
        """Tells whether a patient waits longer than the clinic promises."""
        since = case.waiting_since
        return since is not None and since < self._hours().overdue_before(case.tier, now)

    def _page(
        self, wanted: _Wanted, now: dt.datetime, page: int, filters: Filters | None
    ) -> tuple[Row, ...]:
        start = (page - 1) * PAGE_SIZE
        if filters is not None and filters.words:
            found = self._mentioning(filters.words, wanted)[start : start + PAGE_SIZE + 1]
            limited = wanted.where(EscalationRow.id.in_(found))
        else:
            limited = wanted.limit(PAGE_SIZE + 1).offset(start)
        with self._database.read() as session:
            return tuple(self._row(*found, now=now) for found in session.execute(limited))

    def _mentioning(self, words: str, wanted: _Wanted) -> list[int]:
        """Returns the cases whose reason or conversation holds the words, in the list's order."""
        columns = (
            EscalationRow.id,
            EscalationRow.reason,
            ConversationRow.id,
            ConversationRow.version,
        )
        with self._database.read() as session:
            rows = session.execute(wanted.with_only_columns(*columns)).all()
        found = self._search.mentioning(words, ((of, version) for _, _, of, version in rows))
        inside = words.casefold()
        return [id_ for id_, reason, of, _ in rows if of in found or inside in reason.casefold()]

    def _row(
        self,
        row: EscalationRow,
        conversation: ConversationRow,
        shows_draft: bool,
        *,
        now: dt.datetime,
    ) -> Row:
        case = mapping.escalation(row)
        return Row(
            case=case,
            conversation=mapping.conversation(conversation),
            shows_draft=shows_draft,
            is_overdue=self.is_overdue(case, now),
        )


def _cases() -> _Wanted:
    draft = sa.exists().where(
        MessageRow.conversation_id == ConversationRow.id,
        MessageRow.author == Author.BOT.value,
        MessageRow.kind == "answer",
        MessageRow.is_draft.is_(True),
    )
    return sa.select(
        EscalationRow,
        ConversationRow,
        draft.correlate(ConversationRow).label("shows_draft"),
    ).join(ConversationRow, ConversationRow.id == EscalationRow.conversation_id)
