"""Every FAQ with its approval, its findings and what changed, as a reviewer needs it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Final, Literal

from knowledge.check import reviews
from knowledge.check.base import Base, FaqFile
from knowledge.check.finding import Finding
from knowledge.check.passage import plain_text
from knowledge.check.read import read_base
from knowledge.check.reading import reading_grade
from knowledge.check.rules import RULES
from knowledge.check.run import findings_of
from knowledge.library.content import ReviewedContent
from knowledge.library.fingerprint import fingerprint
from knowledge.library.ledger import Entry, Ledger, read_ledgers
from knowledge.library.placeholders import unset_facts, without_citations
from knowledge.library.review import SOON_DAYS, review_state
from knowledge.library.schema import SourceRecord
from knowledge.text.gsm7 import SmsSize, measure

Status = Literal["waiting", "changed", "ended", "rejected", "broken", "ending", "approved"]
#: Why an answer is in the queue, the most pressing first; "approved" is not in it.
STATUSES: Final[tuple[Status, ...]] = (
    "broken", "ended", "changed", "ending", "waiting", "rejected", "approved",
)  # fmt: skip
#: The rules that look at texts and not at approvals.
_OF_TEXTS: Final = tuple(rule for rule in RULES if rule not in reviews.RULES)


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One FAQ as a reviewer sees it.

    Attributes:
        faq_id, topic, path: which FAQ it is.
        content: the words that would be served now, clinic facts filled in.
        ledger: every decision on it.
        status: where it stands.
        reason: why production does not serve it; None when it does.
        ends: the last day on which production serves it.
        verify: facts that the reviewer has to check.
        note: of the last reviewer or author.
        recheck_by: the day by which its facts are to be looked at again.
        sources: its references with their evidence marks.
        findings: of the linter, in its file.
        unset: clinic facts that it needs and lacks.
        variants: wordings that lead to it.
    """

    faq_id: str
    topic: str
    path: Path
    content: ReviewedContent
    ledger: Ledger
    status: Status
    reason: str | None
    ends: dt.date | None
    verify: tuple[str, ...]
    note: str | None
    recheck_by: dt.date | None
    sources: Mapping[str, SourceRecord]
    findings: tuple[Finding, ...]
    unset: tuple[str, ...]
    variants: tuple[str, ...]

    @property
    def approved(self) -> Entry | None:
        """The last approval, of these words or of earlier ones."""
        return self.ledger.approved()

    @property
    def web(self) -> str:
        """The answer as Markdown, as a patient sees it."""
        return without_citations(self.content.answer)

    @property
    def sms_size(self) -> SmsSize:
        """How large the text message is."""
        return measure(self.content.sms)

    @property
    def grade(self) -> float:
        """The US school grade of the answer."""
        return reading_grade(self.web)

    @property
    def words(self) -> int:
        """The length of the answer in words."""
        return len(plain_text(self.web).split())

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stand in the way of an approval."""
        return tuple(f for f in self.findings if f.severity == "error")


class Reviews:
    """The review items of a folder.

    They are read again when a file has changed. A signature alone is quick: the texts are not read
    and linted anew for it.
    """

    def __init__(self, root: Path, approvals: Path, today: dt.date | None = None) -> None:
        self.root, self.approvals = root, approvals
        self._today = today
        self._lock = Lock()
        self._texts_seen = self._seen = ""
        self._base: Base | None = None
        self._findings: tuple[Finding, ...] = ()
        self._items: dict[str, ReviewItem] = {}

    def all(self) -> tuple[ReviewItem, ...]:
        """Returns every FAQ, by topic and id.

        Raises:
            ContentError: if clinic.yml, sources.yml or messages.yml cannot be read.
        """
        return tuple(self._read().values())

    def get(self, faq_id: str) -> ReviewItem | None:
        """Returns one FAQ, or None when there is none with this id."""
        return self._read().get(faq_id)

    def _read(self) -> dict[str, ReviewItem]:
        with self._lock:
            hour = "" if self._today else dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H")
            texts = fingerprint(self.root) + hour
            seen = texts + fingerprint(approvals=self.approvals)
            if self._base is None or texts != self._texts_seen:
                self._base = read_base(self.root, today=self._today, approvals=self.approvals)
                self._findings = findings_of(self._base, _OF_TEXTS)
                self._texts_seen = texts
            if seen != self._seen:
                base = replace(self._base, ledgers=read_ledgers(self.approvals))
                self._items = _items(base, (*self._findings, *findings_of(base, reviews.RULES)))
                self._seen = seen
            return self._items


def _items(base: Base, found: tuple[Finding, ...]) -> dict[str, ReviewItem]:
    findings: dict[Path, list[Finding]] = {}
    for finding in found:
        findings.setdefault(finding.path, []).append(finding)
    ordered = sorted(base.faqs, key=lambda faq: (faq.front.topic, faq.front.id))
    return {f.front.id: _item(f, base, tuple(findings.get(f.path, ()))) for f in ordered}


def _item(faq: FaqFile, base: Base, findings: tuple[Finding, ...]) -> ReviewItem:
    front, content = faq.front, base.reviewed(faq)
    ledger = base.ledgers.get(front.id, Ledger())
    state = review_state(
        ledger, content.sha256, front.review.recheck_by, mode="production", today=base.today
    )
    unset = unset_facts(faq.body + front.sms, base.facts)
    soon = base.today + dt.timedelta(days=SOON_DAYS)
    return ReviewItem(
        faq_id=front.id,
        topic=front.topic,
        path=faq.path,
        content=content,
        ledger=ledger,
        status=_status(ledger, content.sha256, state.reason, state.ends, soon),
        reason=f"clinic facts are not set: {', '.join(unset)}" if unset else state.reason,
        ends=state.ends,
        verify=tuple(front.verify),
        note=front.review.note,
        recheck_by=front.review.recheck_by,
        sources={key: base.sources[key] for key in front.sources if key in base.sources},
        findings=findings,
        unset=unset,
        variants=tuple(front.variants),
    )


def _status(
    ledger: Ledger, sha256: str, reason: str | None, ends: dt.date | None, soon: dt.date
) -> Status:
    entry = ledger.on(sha256)
    if ledger.fault is not None:
        return "broken"
    if reason is None:
        return "ending" if ends is not None and ends <= soon else "approved"
    if entry is None:
        return "waiting" if ledger.approved() is None else "changed"
    return "rejected" if entry.decision == "rejected" else "ended"
