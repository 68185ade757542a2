"""What a reviewer approves: the words that a patient is shown, and the references under them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.library.models import Source, Wording
from knowledge.library.placeholders import fill, unset_facts
from knowledge.library.schema import FaqFrontMatter


@dataclass(frozen=True, slots=True)
class ReviewedContent:
    """Everything of a FAQ that an approval is bound to, with the clinic's facts filled in.

    Attributes:
        question: as it is shown.
        answer: the Markdown, with the citation marks that bind each claim to its source.
        sms: the text message.
        sources: what is shown of each source, by its key.
        footer: the crisis footer under the answer, if there is one.
    """

    question: str
    answer: str
    sms: str
    sources: Mapping[str, str]
    footer: str | None

    @classmethod
    def of(
        cls,
        front: FaqFrontMatter,
        body: str,
        facts: Mapping[str, Wording],
        sources: Mapping[str, Source],
    ) -> ReviewedContent:
        """Returns the content of a FAQ file.

        A fact that is not set stays a placeholder (such a FAQ is not served), and a source that is
        unknown is shown as such (the library refuses it).
        """
        known = dict(facts)
        for name in unset_facts(body + front.sms, facts):
            known[name] = Wording(f"{{{{{name}}}}}", f"{{{{{name}}}}}")
        return cls(
            _normalised(front.question),
            _normalised(fill(body, known)),
            _normalised(fill(front.sms, known, sms=True)),
            {key: shown_source(sources[key]) if key in sources else "?" for key in front.sources},
            front.footer,
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ReviewedContent:
        """Reads what `to_dict` wrote.

        Raises:
            ValueError: if a field is missing or of another type.
        """
        question, answer, sms = data.get("question"), data.get("answer"), data.get("sms")
        sources, footer = data.get("sources"), data.get("footer")
        if not isinstance(sources, dict) or not (
            isinstance(question, str) and isinstance(answer, str) and isinstance(sms, str)
        ):
            raise ValueError(  # noqa: TRY004 -- of JSON, where a wrong type is a wrong value
                "content: question, answer, sms and sources are needed"
            )
        return cls(question, answer, sms, sources, footer)

    def to_dict(self) -> dict[str, Any]:
        """Returns what is hashed, and what the record of approvals keeps."""
        return {
            "question": self.question,
            "answer": self.answer,
            "sms": self.sms,
            "sources": dict(sorted(self.sources.items())),
            "footer": self.footer,
        }

    @property
    def sha256(self) -> str:
        """The hash that an approval is bound to."""
        canonical = json.dumps(
            self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode()).hexdigest()


def shown_source(source: Source) -> str:
    """Returns a source in one line, as a patient sees it."""
    year = f" ({source.year})" if source.year else ""
    return f"{source.organisation}: {source.title}{year}{' ' + source.url if source.url else ''}"


def _normalised(text: str) -> str:
    # White space at line ends and around a text is never visible.
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
