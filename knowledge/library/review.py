"""Approval of answers: bound to the exact words, and expiring.

An approval stores the SHA-256 of what was approved. Any edit changes the hash, and with it
un-approves the answer; production serves approved, unexpired answers only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.library.models import Mode


@dataclass(frozen=True, slots=True)
class ReviewState:
    """Whether a clinician has approved exactly these words, and whether they may be sent."""

    draft: bool
    servable: bool
    reason: str | None


def content_sha256(
    question: str, answer: str, sms: str, sources: tuple[str, ...], footer: str | None
) -> str:
    """Returns the hash that an approval is bound to.

    White space at line ends and around the texts does not count: it is never visible.
    """
    content = {
        "question": _normalised(question),
        "answer": _normalised(answer),
        "sms": _normalised(sms),
        "sources": sorted(sources),
        "footer": footer,
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def review_state(
    review: Mapping[str, Any], sha256: str, *, mode: Mode, today: dt.date
) -> ReviewState:
    """Returns the state of an answer with this review record, hash and serving mode."""
    reason = _why_not_approved(review, sha256, today)
    draft = reason is not None
    return ReviewState(draft, not draft or mode == "local", reason)


def _normalised(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _why_not_approved(review: Mapping[str, Any], sha256: str, today: dt.date) -> str | None:
    if review.get("status") != "approved":
        return "not approved"
    if review.get("sha256") != sha256:
        return "changed since it was approved"
    until = review.get("until")
    if not isinstance(until, dt.date):
        return "approval has no expiry date"
    if today > until:
        return f"approval expired on {until.isoformat()}"
    return None
