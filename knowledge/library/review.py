"""Approval of answers: bound to the exact words, and expiring.

An approval names the SHA-256 of what was approved. Any edit changes the hash, and with it
un-approves the answer; production serves approved, unexpired answers only.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from knowledge.library.ledger import Entry, Ledger
from knowledge.library.models import Mode

#: An approval that ends, or facts that are to be rechecked, within so many days is announced.
SOON_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class ReviewState:
    """Whether a clinician has approved exactly these words, and whether they may be sent.

    Attributes:
        draft: nobody's approval holds for these words today.
        servable: whether this mode sends them.
        reason: why they are a draft.
        ends: the last day on which they are served in production.
    """

    draft: bool
    servable: bool
    reason: str | None
    ends: dt.date | None = None


def review_state(
    ledger: Ledger, sha256: str, recheck_by: dt.date | None, *, mode: Mode, today: dt.date
) -> ReviewState:
    """Returns the state of an answer.

    Args:
        ledger: every decision on the FAQ.
        sha256: of the words that would be served.
        recheck_by: the day by which the facts are to be looked at again. An approval that was
            given later has looked at them.
        mode: whether drafts are served.
        today: the day in question.
    """
    entry = ledger.on(sha256)
    reason = _why_not_approved(ledger, entry, recheck_by, today)
    if reason is not None or entry is None:
        return ReviewState(True, mode == "local", reason)
    return ReviewState(False, True, None, last_day(entry, recheck_by))


def last_day(entry: Entry, recheck_by: dt.date | None) -> dt.date | None:
    """Returns the last day on which an approval lets its words be served."""
    if entry.until is None or recheck_by is None or entry.at.date() > recheck_by:
        return entry.until
    return min(entry.until, recheck_by)


def _why_not_approved(
    ledger: Ledger, entry: Entry | None, recheck_by: dt.date | None, today: dt.date
) -> str | None:
    if ledger.fault is not None:
        return "not approved: the record of its approvals is broken"
    if entry is None:
        changed = ledger.approved() is not None
        return "not approved: changed since it was approved" if changed else "not approved"
    if entry.decision == "rejected":
        return "not approved: a reviewer rejected it"
    return _why_over(entry, recheck_by, today)


def _why_over(entry: Entry, recheck_by: dt.date | None, today: dt.date) -> str | None:
    if entry.until is None:
        return "not approved: the approval has no end"
    if today > entry.until:
        return f"approval expired on {entry.until.isoformat()}"
    if recheck_by is not None and entry.at.date() <= recheck_by < today:
        return f"its facts were to be rechecked by {recheck_by.isoformat()}"
    return None
