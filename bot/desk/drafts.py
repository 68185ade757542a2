"""Drafts of FAQs that staff make from cases, until a clinician takes them over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
import yaml

from bot.adapters.database import Database, chain
from bot.adapters.database.models import AuditRow, FaqDraftRow
from bot.conversation.model import Author, Case
from bot.conversation.ports import Clock
from bot.conversation.scrub import scrub
from bot.desk.accounts import Account
from bot.desk.errors import RefusedInputError

_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST: Final = {"question": 200, "answer": 4000, "sms": 320}
_MOST_VARIANTS: Final = 12


@dataclass(frozen=True, slots=True)
class FaqDraft:
    """What a FAQ is to say."""

    slug: str
    topic: str
    question: str
    variants: tuple[str, ...]
    answer: str
    sms: str
    id: int = 0
    author: str = ""
    status: str = "queued"


class FaqDrafts:
    """Keeps the drafts. Every step is audited."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def save(self, draft: FaqDraft, account: Account) -> int:
        """Puts a draft into the review queue; returns its number.

        Raises:
            RefusedInputError: if a field cannot be accepted.
        """
        _check(draft)
        now = self._clock()
        row = FaqDraftRow(slug=draft.slug, topic=draft.topic, question=draft.question)
        row.variants, row.answer, row.sms = list(draft.variants), draft.answer, draft.sms
        row.status, row.created_at = "queued", now
        row.author_id, row.author_name = account.id, account.name
        with self._database.write() as session:
            session.add(row)
            session.flush()
            chain.append(session, self._audit("faq.draft", row.id, account))
            return row.id

    def queued(self) -> tuple[FaqDraft, ...]:
        """Returns what waits for a clinician, oldest first."""
        with self._database.read() as session:
            rows = session.scalars(
                sa.select(FaqDraftRow)
                .where(FaqDraftRow.status == "queued")
                .order_by(FaqDraftRow.id)
            )
            return tuple(_draft(row) for row in rows)

    def get(self, draft_id: int) -> FaqDraft | None:
        """Returns a draft."""
        with self._database.read() as session:
            row = session.get(FaqDraftRow, draft_id)
            return None if row is None else _draft(row)

    def decide(self, draft_id: int, status: str, account: Account) -> None:
        """Takes a draft out of the queue, as `taken` or `refused`."""
        with self._database.write() as session:
            row = session.get(FaqDraftRow, draft_id, with_for_update=True)
            if row is None or row.status != "queued":
                return
            row.status, row.decided_by, row.decided_at = status, account.name, self._clock()
            chain.append(session, self._audit(f"faq.{status}", draft_id, account))

    def _audit(self, action: str, draft_id: int, account: Account) -> AuditRow:
        row = AuditRow(at=self._clock(), actor_id=account.id, action=action)
        row.subject_type, row.subject_id, row.detail = "faq_draft", str(draft_id), {}
        return row


def proposed(case: Case) -> FaqDraft:
    """Returns a draft made of a case: the patient's wording, and staff's reply as the answer."""
    asked = [scrub(m.text) for m in case.messages if m.author is Author.VISITOR]
    asked = list(dict.fromkeys(text for text in asked if text))
    replies = [scrub(m.text) for m in case.messages if m.author is Author.STAFF]
    answer = "\n\n".join(replies)
    question = asked[0][: _LONGEST["question"]] if asked else ""
    return FaqDraft(
        slug=slug_of(question),
        topic="",
        question=question,
        variants=tuple(asked[:_MOST_VARIANTS]),
        answer=answer,
        sms=answer if len(answer) <= _LONGEST["sms"] else "",
    )


def slug_of(question: str) -> str:
    """Returns a file name for a question."""
    words = re.findall(r"[a-z0-9]+", question.lower())
    return "-".join(words[:7])[:60].strip("-") or "new-question"


def file_text(draft: FaqDraft) -> str:
    """Returns the FAQ file: a draft that no clinician has approved."""
    front: dict[str, Any] = {
        "id": draft.slug,
        "topic": draft.topic,
        "question": draft.question,
        "variants": list(draft.variants),
        "sms": draft.sms,
        "sources": ["CLINIC"],
        "follow_ups": [],
        "footer": None,
        "review": {},
    }
    head = yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=96)
    return f"---\n{head}---\n{draft.answer}\n"


def _check(draft: FaqDraft) -> None:
    for field, value in (("slug", draft.slug), ("topic", draft.topic)):
        if not _SLUG.fullmatch(value):
            raise RefusedInputError(field, f"Give the {field} as words-with-dashes.")
    for field, longest in _LONGEST.items():
        value = getattr(draft, field)
        if not value.strip() or len(value) > longest or "\x00" in value:
            raise RefusedInputError(field, f"Write the {field}, at most {longest} characters.")
    if not draft.variants:
        raise RefusedInputError("variants", "Give at least one wording, one a line.")


def lines(text: str) -> tuple[str, ...]:
    """Returns the wordings of a form, one a line, without repeats."""
    found: Sequence[str] = [" ".join(line.split()) for line in text.splitlines()]
    return tuple(dict.fromkeys(line for line in found if line))[:_MOST_VARIANTS]


def _draft(row: FaqDraftRow) -> FaqDraft:
    return FaqDraft(
        row.slug, row.topic, row.question, tuple(row.variants), row.answer, row.sms,
        id=row.id, author=row.author_name, status=row.status,
    )  # fmt: skip
