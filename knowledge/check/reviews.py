"""Rules on approvals and their dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from knowledge.check.base import Base, FaqFile
from knowledge.check.finding import Fault, Rule
from knowledge.library.review import content_sha256


def _sha256(faq: FaqFile) -> str:
    front = faq.front
    return content_sha256(front.question, faq.body, front.sms, tuple(front.sources), front.footer)


def _approved(base: Base) -> Iterator[FaqFile]:
    return (faq for faq in base.faqs if faq.front.review.status == "approved")


def _broken(base: Base) -> Iterator[Fault]:
    for faq in _approved(base):
        review = faq.front.review
        missing = [n for n in ("by", "on", "until", "sha256") if getattr(review, n) is None]
        if missing:
            problem = f"an approval without {', '.join(missing)}"
            yield faq.fault(("review", "status"), problem, "approve it again, or set it to draft")
        elif review.sha256 != _sha256(faq):
            problem = "the text was changed after it was approved"
            yield faq.fault(("review", "sha256"), problem, "approve it again, or set it to draft")


def _expired(base: Base) -> Iterator[Fault]:
    for faq in _approved(base):
        until = faq.front.review.until
        if until is not None and until < base.today:
            problem = f"the approval ended on {until.isoformat()}"
            yield faq.fault(("review", "until"), problem, "review it and approve it again")


def _recheck(base: Base) -> Iterator[Fault]:
    for faq in base.faqs:
        recheck_by = faq.front.review.recheck_by
        if recheck_by is not None and recheck_by < base.today:
            problem = f"its facts were to be rechecked by {recheck_by.isoformat()}"
            yield faq.fault(("review", "recheck_by"), problem, "recheck them and set a new date")


RULES: Final = (
    Rule("approval-broken", "error", "An approved FAQ names its reviewer, day, end and hash, and "
         "the hash is that of its text", _broken),
    Rule("approval-expired", "error", "An approval has not ended", _expired),
    Rule("recheck-passed", "warning", "The day by which facts are to be rechecked has not passed",
         _recheck),
)  # fmt: skip
