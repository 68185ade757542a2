"""What was being said on a day: from the published versions and the record of approvals."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from knowledge.errors import KnowledgeError
from knowledge.library import clinic_facts, load_sources
from knowledge.library.content import ReviewedContent
from knowledge.library.faqs import read_faq
from knowledge.library.files import read_yaml, validate
from knowledge.library.ledger import Entry, Ledger, ledger_path, read_ledger
from knowledge.library.models import Wording
from knowledge.library.review import review_state
from knowledge.library.schema import ClinicFile
from knowledge.publish.store import VersionStore


@dataclass(frozen=True, slots=True)
class Said:
    """What production said to a question at the end of a day.

    Attributes:
        version: the version that was served; None when nothing was published yet.
        content: the words; None when there is no telling, or there was no such FAQ.
        entry: the approval or rejection that held for them.
        reason: why the question went to staff; None when it was answered.
    """

    version: str | None
    content: ReviewedContent | None
    entry: Entry | None
    reason: str | None


def said_on(
    faq_id: str, day: dt.date, knowledge: Path, approvals: Path, store: VersionStore
) -> Said:
    """Returns what production said to a FAQ's question at the end of a day, clinic time.

    Raises:
        KnowledgeError: if a file of that version cannot be read.
    """
    moment = _end_of(day, knowledge)
    ledger = read_ledger(ledger_path(approvals, faq_id))
    before = Ledger(tuple(e for e in ledger.entries if e.at < moment), ledger.fault)
    version = store.served_at(moment)
    if version is None:
        return _from_record(before, day)
    root = store.folder(version) / "knowledge"
    path = next(root.glob(f"faqs/*/{faq_id}.md"), None)
    if path is None:
        return Said(version, None, None, "there was no such FAQ")
    front, body = read_faq(path)
    content = ReviewedContent.of(front, body, _facts(root), load_sources(root / "sources.yml"))
    state = review_state(
        before, content.sha256, front.review.recheck_by, mode="production", today=day
    )
    return Said(version, content, before.on(content.sha256), state.reason)


def _from_record(ledger: Ledger, day: dt.date) -> Said:
    """Returns the words approved by then: what else the folder held, version control knows."""
    entry = ledger.approved()
    if entry is None:
        return Said(None, None, None, "not approved")
    state = review_state(ledger, entry.sha256, None, mode="production", today=day)
    return Said(None, entry.content, ledger.on(entry.sha256), state.reason)


def _facts(root: Path) -> dict[str, Wording]:
    return clinic_facts(validate(ClinicFile, read_yaml(root / "clinic.yml"), root / "clinic.yml"))


def _end_of(day: dt.date, knowledge: Path) -> dt.datetime:
    try:
        zone = ZoneInfo(str(read_yaml(knowledge / "clinic.yml")["timezone"]))
    except (KeyError, TypeError, ValueError) as error:
        raise KnowledgeError(f"{knowledge / 'clinic.yml'}: timezone: mend it") from error
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
