"""Rules on approvals and their dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from knowledge.check.base import Base, FaqFile
from knowledge.check.finding import Fault, Rule
from knowledge.library.ledger import Entry, Ledger, ledger_path
from knowledge.library.review import SOON_DAYS, last_day

_LINE: Final = re.compile(r"^line (\d+)")
_AGAIN: Final = "review it and approve it again: `faqbot review show`"


def _broken(base: Base) -> Iterator[Fault]:
    for faq_id, ledger in base.ledgers.items():
        path = ledger_path(base.approvals, faq_id)
        if ledger.fault is not None:
            named = _LINE.search(ledger.fault)
            fix = "restore the file; until then the FAQ counts as not approved"
            yield Fault(path, int(named.group(1)) if named else 1, ledger.fault, fix)


def _orphan(base: Base) -> Iterator[Fault]:
    for faq_id in sorted(base.ledgers.keys() - base.faq_ids):
        path = ledger_path(base.approvals, faq_id)
        yield Fault(path, 1, f"no FAQ {faq_id!r}", "restore the FAQ; an id is never changed")


def _decided(base: Base) -> Iterator[tuple[FaqFile, Ledger, Entry | None]]:
    for faq in base.faqs:
        ledger = base.ledgers.get(faq.front.id)
        if ledger is not None and ledger.fault is None:
            yield faq, ledger, ledger.on(base.reviewed(faq).sha256)


def _in_force(base: Base) -> Iterator[tuple[FaqFile, Entry]]:
    for faq, _, entry in _decided(base):
        if entry is not None and entry.decision == "approved":
            yield faq, entry


def _changed(base: Base) -> Iterator[Fault]:
    for faq, ledger, entry in _decided(base):
        approved = ledger.approved()
        if entry is None and approved is not None:
            day = approved.at.date().isoformat()
            problem = f"the words are not those that {approved.by} approved on {day}"
            yield faq.answer.fault("", problem, _AGAIN)


def _expired(base: Base) -> Iterator[Fault]:
    for faq, entry in _in_force(base):
        if entry.until is None or entry.until < base.today:
            problem = f"the approval ended on {entry.until}"
            yield faq.fault(("review",), problem, _AGAIN)


def _recheck(base: Base) -> Iterator[Fault]:
    approvals = {faq.front.id: entry for faq, entry in _in_force(base)}
    for faq in base.faqs:
        recheck_by, entry = faq.front.review.recheck_by, approvals.get(faq.front.id)
        rechecked = entry is not None and recheck_by is not None and entry.at.date() > recheck_by
        if recheck_by is not None and recheck_by < base.today and not rechecked:
            problem = f"its facts were to be rechecked by {recheck_by.isoformat()}"
            yield faq.fault(("review", "recheck_by"), problem, "recheck them and set a new date")


def _ending(base: Base) -> Iterator[Fault]:
    soon = base.today + dt.timedelta(days=SOON_DAYS)
    for faq, entry in _in_force(base):
        last = last_day(entry, faq.front.review.recheck_by)
        if last is not None and base.today <= last <= soon:
            problem = f"is served until {last.isoformat()} only"
            yield faq.fault(("review",), problem, _AGAIN)


RULES: Final = (
    Rule("approval-broken", "error", "The record of a FAQ's approvals is whole: no line was "
         "changed, removed or slipped in", _broken),
    Rule("approval-orphan", "error", "Every record of approvals belongs to a FAQ", _orphan),
    Rule("approval-changed", "warning", "The words of an approved FAQ are those that were "
         "approved; production withholds others", _changed),
    Rule("approval-expired", "error", "An approval has not ended", _expired),
    Rule("recheck-passed", "warning", "The day by which facts are to be rechecked has not passed",
         _recheck),
    Rule("approval-ending", "warning", f"An approval does not end, and facts are not to be "
         f"rechecked, within {SOON_DAYS} days", _ending),
)  # fmt: skip
