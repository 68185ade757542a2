"""Value types of the curated knowledge: FAQs, red lines, sources, fixed messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from knowledge.decision import Category, Footer, Tier

Mode = Literal["local", "production"]
Language = Literal["en", "es"]


@dataclass(frozen=True, slots=True)
class Wording:
    """One approved text in the two forms that channels need."""

    web: str
    sms: str


@dataclass(frozen=True, slots=True)
class Source:
    """A reference that answers point to. `evidence` is the brief's mark: V, S or K."""

    key: str
    organisation: str
    title: str
    year: int | None
    url: str | None
    evidence: str
    verify: bool

    def to_dict(self) -> dict[str, Any]:
        """Returns what a patient sees of the reference."""
        return {
            "key": self.key,
            "title": self.title,
            "organisation": self.organisation,
            "year": self.year,
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class Faq:
    """A curated question with its answer, ready to be shown.

    `answer` (Markdown) and `sms` have clinic facts filled in and citations removed. `draft`
    means that no clinician has approved exactly these words; `servable` whether this mode may
    send them, with the reason in `unservable_reason` when it may not. `recheck_by` is the day by
    which its facts are to be looked at again, `unset` the clinic facts that it lacks,
    `ends` the last day on which its approval lets it be served.
    """

    id: str
    topic: str
    question: str
    variants: tuple[str, ...]
    answer: str
    sms: str
    sources: tuple[str, ...]
    follow_ups: tuple[str, ...]
    footer: Footer | None
    draft: bool
    servable: bool
    unservable_reason: str | None
    content_sha256: str
    recheck_by: dt.date | None = None
    unset: tuple[str, ...] = ()
    ends: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """An authored message that belongs to a red line."""

    text: str
    category: Category
    tier: Tier
    language: str


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An authored message that looks like a red line and is not one."""

    text: str
    category: Category
    faq_id: str | None


@dataclass(frozen=True, slots=True)
class RedLine:
    """A category of messages that is never answered by the bot."""

    category: Category
    rule: str
    tier: Tier
    definition: str
    reason: str
    replies: Mapping[str, Wording]
    replies_t0: Mapping[str, Wording]
    examples: tuple[Example, ...]
    near_misses: tuple[NearMiss, ...]

    def wording(self, tier: Tier, language: str) -> Wording:
        """Returns the approved reply for this tier, in the language if there is one."""
        replies = self.replies_t0 if tier == "T0" and self.replies_t0 else self.replies
        return replies.get(language, replies["en"])


@dataclass(frozen=True, slots=True)
class Library:
    """Everything the clinic says, loaded and checked."""

    faqs: Mapping[str, Faq]
    red_lines: Mapping[str, RedLine]
    sources: Mapping[str, Source]
    messages: Mapping[str, Mapping[str, Wording]]
    facts: Mapping[str, Wording]
    clinic: Mapping[str, Any]
    small_talk: Mapping[str, tuple[str, ...]]
    out_of_scope: tuple[str, ...]
    mode: Mode

    def message(self, key: str, language: str = "en") -> Wording:
        """Returns a fixed approved text, in English where the language has none."""
        texts = self.messages[key]
        return texts.get(language, texts["en"])
