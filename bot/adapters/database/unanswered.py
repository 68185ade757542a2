"""Questions that found no good answer, and the groups that they were put in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from bot.adapters.database import mapping
from bot.adapters.database.engine import Database
from bot.adapters.database.models import FeedbackRow, MessageRow, QuestionGroupRow
from bot.conversation.model import Author, Outcome

_GROUPS_LOCK: Final = 7_201_735


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A patient's question.

    Attributes:
        nearest: the FAQ that triage found closest, if any.
        is_disliked: whether it was answered, and the patient did not find the answer helpful.
    """

    text: str
    nearest: str | None
    is_disliked: bool


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions of one meaning."""

    example: str
    others: tuple[str, ...]
    unanswered: int
    disliked: int

    @property
    def count(self) -> int:
        """How many questions there were."""
        return self.unanswered + self.disliked


def unanswered_since(database: Database, since: dt.datetime, limit: int) -> tuple[Unanswered, ...]:
    """Returns the newest questions that staff got for want of an answer, or were rated down."""
    reply = aliased(MessageRow)
    disliked = (
        sa.select(reply.in_reply_to)
        .join(FeedbackRow, FeedbackRow.message_id == reply.id)
        .where(FeedbackRow.rating == "down")
    )
    wanted = sa.or_(
        sa.and_(MessageRow.route == "escalate", MessageRow.category == "unanswerable"),
        MessageRow.id.in_(disliked),
    )
    with database.read() as session:
        bad = set(session.scalars(disliked))
        rows = session.scalars(
            sa.select(MessageRow)
            .where(
                MessageRow.author == Author.VISITOR.value,
                MessageRow.created_at > since,
                MessageRow.outcome != Outcome.HELD.value,  # part of a talk with staff
                wanted,
            )
            .order_by(MessageRow.created_at.desc())
            .limit(limit)
        )
        return tuple(_unanswered(row, is_disliked=row.id in bad) for row in rows)


def replace_groups(database: Database, groups: tuple[QuestionGroup, ...], now: dt.datetime) -> None:
    """Puts new groups in the place of the old ones."""
    with database.write() as session:
        if not database.is_sqlite:  # two workers at once would each leave theirs
            session.execute(sa.text(f"SELECT pg_advisory_xact_lock({_GROUPS_LOCK})"))
        session.execute(sa.delete(QuestionGroupRow))
        for group in groups:
            row = QuestionGroupRow(example=group.example, others=list(group.others), made_at=now)
            row.unanswered, row.disliked = group.unanswered, group.disliked
            session.add(row)


def question_groups(database: Database, limit: int = 100) -> tuple[QuestionGroup, ...]:
    """Returns the groups, largest first."""
    count = QuestionGroupRow.unanswered + QuestionGroupRow.disliked
    with database.read() as session:
        rows = session.scalars(
            sa.select(QuestionGroupRow).order_by(count.desc(), QuestionGroupRow.id).limit(limit)
        )
        return tuple(
            QuestionGroup(row.example, tuple(row.others), row.unanswered, row.disliked)
            for row in rows
        )


def _unanswered(row: MessageRow, *, is_disliked: bool) -> Unanswered:
    decision = mapping.message(row).decision
    nearest = decision.candidates[0].faq_id if decision and decision.candidates else None
    return Unanswered(row.text, nearest, is_disliked)
