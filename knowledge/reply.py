"""Replies: approved text, chosen by a decision, in the shape that channels deliver.

Nothing here writes text. Every builder takes its words from the library.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from knowledge.decision import Category, Tier, intent_for
from knowledge.lexicon import Lexicon
from knowledge.library.models import Faq, Library, Wording

Kind = Literal[
    "notice",
    "answer",
    "clarify",
    "smalltalk",
    "out_of_scope",
    "crisis",
    "emergency",
    "escalation",
    "contact_prompt",
    "contact_saved",
    "feedback",
    "holding",
    "locked",
    "handoff",
    "consent",
]
KINDS: Final[tuple[str, ...]] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Button:
    """A choice on screen; a tap sends `text` as the visitor's ordinary message."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """What staff are told about a message that was handed to them."""

    category: Category
    tier: Tier
    reason: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the visitor, as the `custom` payload of the dialogue.

    `text` is Markdown for screens, `sms` the plain text for texting, `footer` the approved
    crisis footer (already in the visitor's channel-neutral Markdown) that goes under the text.
    """

    kind: Kind
    text: str
    sms: str
    faq_ids: tuple[str, ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    buttons: tuple[Button, ...] = ()
    footer: str | None = None
    escalation: Escalation | None = None
    draft: bool = False
    language: str = "en"

    def to_dict(self) -> dict[str, Any]:
        """Returns the `custom` payload."""
        return {
            "kind": self.kind,
            "faq_ids": list(self.faq_ids),
            "text": self.text,
            "sms": self.sms,
            "sources": [dict(s) for s in self.sources],
            "buttons": [{"title": b.title, "text": b.text} for b in self.buttons],
            "footer": self.footer,
            "escalation": None
            if self.escalation is None
            else {
                "category": self.escalation.category,
                "tier": self.escalation.tier,
                "reason": self.escalation.reason,
            },
            "draft": self.draft,
            "language": self.language,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reply:
        """Reads what `to_dict` wrote.

        Raises:
            ValueError: if a field is missing or malformed.
        """
        try:
            escalation = data["escalation"]
            reply = cls(
                kind=data["kind"],
                text=data["text"],
                sms=data["sms"],
                faq_ids=tuple(data["faq_ids"]),
                sources=tuple(data["sources"]),
                buttons=tuple(Button(b["title"], b["text"]) for b in data["buttons"]),
                footer=data["footer"],
                escalation=None if escalation is None else Escalation(**escalation),
                draft=bool(data["draft"]),
                language=data["language"],
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"reply: missing or malformed field {error}") from error
        if reply.kind not in KINDS:
            raise ValueError(f"reply: kind: unknown value {reply.kind!r}")
        return reply


def message_reply(
    library: Library,
    key: str,
    kind: Kind,
    language: str = "en",
    *,
    escalation: Escalation | None = None,
    buttons: Sequence[Button] = (),
) -> Reply:
    """Returns a fixed approved text of `messages.yml`."""
    wording = library.message(key, language)
    return Reply(
        kind=kind,
        text=wording.web,
        sms=wording.sms,
        escalation=escalation,
        buttons=tuple(buttons),
        language=language,
    )


def answer_reply(library: Library, faq_ids: Sequence[str], footer: str | None) -> Reply:
    """Returns the answers of these FAQs, word for word, with their sources.

    A FAQ that this mode may not serve turns the whole reply into an escalation that says why:
    an answer is approved text or it is not sent.
    """
    faqs = [library.faqs[faq_id] for faq_id in faq_ids]
    withheld = next((faq for faq in faqs if not faq.servable), None)
    if withheld is not None:
        reason = f"The answer to '{withheld.question}' was withheld: {withheld.unservable_reason}"
        return escalation_reply(library, "unanswerable", "T3", reason)
    footer_wording = (
        library.message("soft_crisis_footer") if footer or any(faq.footer for faq in faqs) else None
    )
    return Reply(
        kind="answer",
        text=_joined_answers(faqs),
        sms="\n\n".join([f.sms for f in faqs] + ([footer_wording.sms] if footer_wording else [])),
        faq_ids=tuple(faq.id for faq in faqs),
        sources=_sources(library, faqs),
        buttons=_follow_ups(library, faqs),
        footer=footer_wording.web if footer_wording else None,
        draft=any(faq.draft for faq in faqs),
    )


def clarify_reply(library: Library, faq_ids: Sequence[str]) -> Reply:
    """Returns "did you mean" with these FAQs' questions as choices."""
    questions = [library.faqs[faq_id].question for faq_id in faq_ids]
    prompt = library.message("clarify_prompt")
    numbered = [f"{number}. {question}" for number, question in enumerate(questions, 1)]
    return Reply(
        kind="clarify",
        text=prompt.web,
        sms="\n".join([prompt.sms, *numbered]),
        faq_ids=tuple(faq_ids),
        buttons=tuple(Button(question, question) for question in questions),
    )


def escalation_reply(
    library: Library, category: Category, tier: Tier, reason: str, language: str = "en"
) -> Reply:
    """Returns the approved reply to a red line, with the escalation for staff."""
    red_line = library.red_lines.get(category)
    wording: Wording
    if red_line is None:
        key = "holding" if category == "failure" else "unanswerable"
        wording = library.message(key, language)
    else:
        wording = red_line.wording(tier, language)
    intent = intent_for(category, tier)
    kind: Kind = "escalation"
    if intent == "crisis":
        kind = "crisis"
    elif intent == "emergency":
        kind = "emergency"
    return Reply(
        kind=kind,
        text=wording.web,
        sms=wording.sms,
        escalation=Escalation(category, tier, reason),
        language=language,
    )


def holding_reply(library: Library, lexicon: Lexicon, text: str, reason: str) -> Reply:
    """Returns what is sent when the dialogue or the index fails.

    The red-line lexicon needs no model, so a crisis is still recognised as one; anything else
    gets the approved holding text. There is always an escalation.

    Args:
        library: where the words come from.
        lexicon: the red-line patterns.
        text: the visitor's message.
        reason: what failed, in words for staff.
    """
    hit = lexicon.scan(text)
    if hit is not None:
        return escalation_reply(
            library, hit.category, hit.tier, f"{hit.reason} (found by wording alone: {reason})",
            hit.language,
        )  # fmt: skip
    escalation = Escalation("failure", "T3", f"No automatic answer was possible: {reason}")
    return message_reply(library, "holding", "holding", escalation=escalation)


def _joined_answers(faqs: Sequence[Faq]) -> str:
    if len(faqs) == 1:
        return faqs[0].answer
    return "\n\n".join(f"**{faq.question}**\n\n{faq.answer}" for faq in faqs)


def _sources(library: Library, faqs: Sequence[Faq]) -> tuple[Mapping[str, Any], ...]:
    keys = dict.fromkeys(key for faq in faqs for key in faq.sources)
    return tuple(library.sources[key].to_dict() for key in keys)


def _follow_ups(library: Library, faqs: Sequence[Faq]) -> tuple[Button, ...]:
    shown = {faq.id for faq in faqs}
    ids = dict.fromkeys(i for faq in faqs for i in faq.follow_ups if i not in shown)
    questions = [library.faqs[i].question for i in ids if library.faqs[i].servable]
    return tuple(Button(question, question) for question in questions[:3])
