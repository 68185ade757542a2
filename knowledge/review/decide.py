"""Signing: a reviewer approves or rejects exactly the words that were shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from knowledge.errors import KnowledgeError
from knowledge.library import ledger
from knowledge.library.content import ReviewedContent
from knowledge.library.ledger import Decision, Entry
from knowledge.review.items import ReviewItem, Reviews

#: An approval holds for half a year unless the reviewer says otherwise, and a year at most.
USUAL_DAYS: Final = 182
MOST_DAYS: Final = 366
_LONGEST_NOTE: Final = 2000


class RefusedDecisionError(KnowledgeError):
    """A decision that cannot be taken; says which, and what to do first."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who signs: the name that is kept, and the account."""

    name: str
    account: str


def last_possible_day(today: dt.date) -> dt.date:
    """Returns the last day that an approval given today may hold until."""
    return today + dt.timedelta(days=MOST_DAYS)


def usual_day(item: ReviewItem, today: dt.date) -> dt.date:
    """Returns the day that is proposed: half a year, or the day by which facts are rechecked."""
    usual = today + dt.timedelta(days=USUAL_DAYS)
    recheck = item.recheck_by
    return min(usual, recheck) if recheck is not None and recheck > today else usual


def prepare(
    item: ReviewItem,
    decision: Decision,
    reviewer: Reviewer,
    *,
    seen: str,
    until: dt.date | None,
    note: str,
    now: dt.datetime,
    today: dt.date,
) -> Entry:
    """Returns a decision that may be taken; nothing is written.

    Args:
        item: the FAQ.
        decision: what the reviewer decided.
        reviewer: who decided.
        seen: the hash of the words that the reviewer was shown.
        until: the last day on which an approval is to hold.
        note: what the reviewer wants to be known; needed to reject.
        now: the current time.
        today: the clinic's day.

    Raises:
        RefusedDecisionError: if the words changed meanwhile, or may not be approved as they are.
    """
    content = _decided_on(item, seen)
    if len(note) > _LONGEST_NOTE:
        raise RefusedDecisionError(f"note: is too long: {_LONGEST_NOTE} characters at most")
    if decision == "approved":
        _may_be_approved(item, content)
        _check_day(until, today)
    elif not note.strip():
        raise RefusedDecisionError("note: is empty: say what is to be changed")
    return Entry(
        faq=item.faq_id,
        decision=decision,
        at=now,
        by=reviewer.name,
        account=reviewer.account,
        until=until if decision == "approved" else None,
        note=note.strip(),
        content=content,
    )


def decide(reviews: Reviews, entry: Entry) -> Entry:
    """Writes a decision down and returns it with its place in the record.

    Raises:
        LedgerError: if the record is broken or cannot be written.
    """
    return ledger.append(reviews.approvals, entry)


def _decided_on(item: ReviewItem, seen: str) -> ReviewedContent:
    approved = item.approved
    if seen == item.content.sha256:
        return item.content
    if approved is not None and seen == approved.sha256:
        return approved.content  # taking back what was approved, while newer words wait
    raise RefusedDecisionError(
        f"{item.faq_id}: the words changed while they were read: read them again, then decide"
    )


def _may_be_approved(item: ReviewItem, content: ReviewedContent) -> None:
    if content.sha256 != item.content.sha256:
        raise RefusedDecisionError(
            f"{item.faq_id}: these words are not the current ones: read them again, then decide"
        )
    if item.unset:
        facts = ", ".join(item.unset)
        raise RefusedDecisionError(f"{item.faq_id}: clinic facts are not set: set {facts} first")
    if item.errors:
        first = item.errors[0]
        raise RefusedDecisionError(
            f"{item.faq_id}: {first.rule}: {first.problem}: {first.fix}, then approve"
        )


def _check_day(until: dt.date | None, today: dt.date) -> None:
    if until is None or not today <= until <= last_possible_day(today):
        last = last_possible_day(today).isoformat()
        raise RefusedDecisionError(
            f"until: {until} cannot be used: give a day from {today.isoformat()} to {last}"
        )
