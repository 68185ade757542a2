"""Reading every content file for the linter: with line numbers, and past the broken ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from knowledge.check.finding import Fault
from knowledge.check.located import LocatedYaml, Span
from knowledge.check.passage import Channel, Kind, Passage
from knowledge.encoder import Encoder
from knowledge.fit.messages import Message
from knowledge.library.content import ReviewedContent
from knowledge.library.ledger import Ledger
from knowledge.library.models import Source, Wording
from knowledge.library.schema import (
    ClinicFile,
    FaqFrontMatter,
    RedLineFile,
    SourceRecord,
    WordingRecord,
)


@dataclass(frozen=True, slots=True)
class FaqFile:
    """A FAQ file that follows the schema."""

    path: Path
    front: FaqFrontMatter
    body: str
    body_line: int
    located: LocatedYaml

    def fault(self, keys: tuple[str | int, ...], problem: str, fix: str) -> Fault:
        """Returns a fault on the line of a front matter field."""
        field = ".".join(str(key) for key in keys)
        return Fault(self.path, self.located.line(*keys), f"{field}: {problem}", fix)

    @property
    def question(self) -> Passage:
        """The question, as a passage."""
        return self._passage("question", self.front.question, self.located.span("question"))

    @property
    def answer(self) -> Passage:
        """The answer for screens."""
        return self._passage("answer", self.body, Span(self.body_line, self.body))

    @property
    def sms(self) -> Passage:
        """The answer for texting."""
        return self._passage("sms", self.front.sms, self.located.span("sms"))

    def _passage(self, field: str, text: str, span: Span) -> Passage:
        channel: Channel = "sms" if field == "sms" else "web"
        return Passage(self.path, "faq", self.front.id, field, channel, "en", text, span)


@dataclass(frozen=True, slots=True)
class RedLineSource:
    """A red-line file that follows the schema."""

    path: Path
    record: RedLineFile
    located: LocatedYaml

    def passages(self) -> Iterator[Passage]:
        """Yields every reply, in every language and form."""
        for field, replies in (("reply", self.record.reply), ("reply_t0", self.record.reply_t0)):
            for language, record in replies.items():
                yield from wording_passages(
                    self.path, "red_line", self.record.category, (field, language), record,
                    self.located,
                )  # fmt: skip


@dataclass(frozen=True)
class Base:
    """Everything that the rules look at.

    `broken` are the schema's faults; `faq_ids` the ids of broken FAQ files too, so that one
    broken file is reported once and not by every file that points to it.
    """

    root: Path
    today: dt.date
    faqs: tuple[FaqFile, ...]
    red_lines: tuple[RedLineSource, ...]
    messages: Mapping[str, Mapping[str, WordingRecord]]
    messages_located: LocatedYaml
    clinic: ClinicFile
    clinic_located: LocatedYaml
    facts: Mapping[str, Wording]
    sources: Mapping[str, SourceRecord]
    ledgers: Mapping[str, Ledger]
    approvals: Path
    examples: tuple[Message, ...]
    faq_ids: frozenset[str]
    broken: tuple[Fault, ...]
    encoder: Encoder | None = None
    similarity: float = 1.0

    def reviewed(self, faq: FaqFile) -> ReviewedContent:
        """Returns what an approval of a FAQ is bound to."""
        sources = {
            key: Source(key=key, **self.sources[key].model_dump())
            for key in faq.front.sources
            if key in self.sources
        }
        return ReviewedContent.of(faq.front, faq.body, self.facts, sources)

    @cached_property
    def answers(self) -> tuple[Passage, ...]:
        """The FAQs' answers and texts: what is said about treatment."""
        return tuple(p for faq in self.faqs for p in (faq.answer, faq.sms))

    @cached_property
    def replies(self) -> tuple[Passage, ...]:
        """The red lines' replies."""
        return tuple(p for line in self.red_lines for p in line.passages())

    @cached_property
    def fixed_texts(self) -> tuple[Passage, ...]:
        """The texts of messages.yml."""
        return tuple(
            passage
            for key, languages in self.messages.items()
            for language, record in languages.items()
            for passage in wording_passages(
                self.root / "messages.yml", "message", key, (key, language), record,
                self.messages_located,
            )
        )  # fmt: skip

    @cached_property
    def fact_texts(self) -> tuple[Passage, ...]:
        """The clinic's facts."""
        path = self.root / "clinic.yml"
        return tuple(
            Passage(
                path, "fact", name, f"facts.{name}", channel, "en", text,
                self.clinic_located.span("facts", name),
            )
            for name, wording in self.facts.items()
            for channel, text in _forms(wording)
        )  # fmt: skip

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every text that a patient may be shown."""
        questions = tuple(faq.question for faq in self.faqs)
        return (*questions, *self.answers, *self.replies, *self.fixed_texts, *self.fact_texts)


def wording_passages(
    path: Path,
    kind: Kind,
    owner: str,
    keys: tuple[str, ...],
    record: WordingRecord,
    located: LocatedYaml,
) -> Iterator[Passage]:
    """Yields the web and the SMS form of one wording."""
    for channel, text in _forms(record):
        field = ".".join((*keys, channel))
        span = located.span(*keys, channel)
        yield Passage(path, kind, owner, field, channel, keys[-1], text, span)


def _forms(wording: Wording | WordingRecord) -> Iterator[tuple[Channel, str]]:
    yield "web", wording.web
    yield "sms", wording.sms
