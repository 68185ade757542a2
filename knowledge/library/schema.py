"""Schemas of the content files, checked when they are loaded (pydantic)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from knowledge.decision import Category, Footer, Tier

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReviewRecord(_Strict):
    """What the next reviewer needs; the decisions themselves are in `approvals/`."""

    recheck_by: dt.date | None = None
    note: Text | None = None


class FaqFrontMatter(_Strict):
    """The front matter of `faqs/<topic>/<id>.md`."""

    id: Slug
    topic: Slug
    question: Text
    map: list[int] = Field(default_factory=list)
    variants: list[Text] = Field(min_length=1)
    sms: Text
    sources: list[Text] = Field(min_length=1)
    follow_ups: list[Slug] = Field(default_factory=list)
    footer: Footer | None = None
    verify: list[Text] = Field(default_factory=list)
    review: ReviewRecord


class WordingRecord(_Strict):
    """A text for the web and one for SMS."""

    web: Text
    sms: Text


class ExampleRecord(_Strict):
    """An authored example of a red line."""

    text: Text
    tier: Tier | None = None
    lang: str = "en"
    category: Category | None = None


class NearMissRecord(_Strict):
    """An authored near miss of a red line."""

    text: Text
    faq: Slug | None = None


class RedLineFile(_Strict):
    """`red_lines/<category>.yml`."""

    category: Category
    rule: Text
    tier: Tier
    definition: Text
    reason: Text
    reply: dict[Literal["en", "es"], WordingRecord]
    reply_t0: dict[Literal["en", "es"], WordingRecord] = Field(default_factory=dict)
    examples: list[ExampleRecord] = Field(min_length=1)
    near_misses: list[NearMissRecord] = Field(default_factory=list)


class SourceRecord(_Strict):
    """One reference of `sources.yml`."""

    organisation: Text
    title: Text
    year: int | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https://")] | None = None
    evidence: Literal["V", "S", "K"]
    verify: bool


class ClinicFile(BaseModel):
    """`clinic.yml`: the clinic's own facts and its promises."""

    model_config = ConfigDict(extra="allow", frozen=True)

    facts: dict[str, str | WordingRecord | None]
    timezone: str
    hours: dict[str, list[str]]
    response_times: dict[Tier, int]
    closed_days: list[dt.date] = []
