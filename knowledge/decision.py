"""The value that triage returns: what to do with a message, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

Route = Literal["answer", "clarify", "smalltalk", "out_of_scope", "escalate"]
Tier = Literal["T0", "T1", "T2", "T3"]
Category = Literal[
    "self_harm",
    "harm_to_others",
    "medical_emergency",
    "adverse_effect",
    "dosing",
    "diversion",
    "medication_advice",
    "stopping_medication",
    "pregnancy",
    "eligibility",
    "minor",
    "abuse",
    "psychosis_mania",
    "distress",
    "account",
    "complaint",
    "human_request",
    "language",
    "unanswerable",
    "failure",
]
Footer = Literal["soft_crisis"]

ROUTES: Final[tuple[str, ...]] = get_args(Route)
TIERS: Final[tuple[str, ...]] = get_args(Tier)
CATEGORIES: Final[tuple[str, ...]] = get_args(Category)

#: Categories of a person in danger of harming themselves or others, or being harmed.
CRISIS_CATEGORIES: Final = frozenset(
    {"self_harm", "harm_to_others", "abuse", "distress", "psychosis_mania", "minor"}
)
_INTENTS: Final[dict[str, str]] = {
    "account": "staff_matter",
    "complaint": "staff_matter",
    "human_request": "human_request",
    "language": "other_language",
    "unanswerable": "unanswerable",
    "failure": "unanswerable",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A FAQ that could answer the message, with its score in [0, 1]."""

    faq_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with one message.

    Attributes:
        text: the message as it was received.
        route: answer, clarify, smalltalk, out_of_scope or escalate.
        category: why it is escalated (only with route ``escalate``).
        tier: T0 (life threat) to T3 (administrative), only with route ``escalate``.
        faq_ids: the FAQs to answer with, or to offer as choices with route ``clarify``.
        confidence: calibrated probability in [0, 1] that the route and its FAQs are right.
        candidates: the best matching FAQs, best first.
        footer: ``soft_crisis`` when the approved crisis footer goes under the answer.
        reasons: sentences for staff that say which layer decided what.
        intent: the dialogue's name for this decision (see `intent_for`).
        language: ISO 639-1 code of the message as far as it is known.
    """

    text: str
    route: Route
    category: Category | None = None
    tier: Tier | None = None
    faq_ids: tuple[str, ...] = ()
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    footer: Footer | None = None
    reasons: tuple[str, ...] = ()
    intent: str = "unanswerable"
    language: str = "en"

    def to_dict(self) -> dict[str, Any]:
        """Returns the JSON object of the triage contract."""
        return {
            "text": self.text,
            "route": self.route,
            "category": self.category,
            "tier": self.tier,
            "faq_ids": list(self.faq_ids),
            "confidence": round(self.confidence, 4),
            "candidates": [
                {"faq_id": c.faq_id, "score": round(c.score, 4)} for c in self.candidates
            ],
            "footer": self.footer,
            "reasons": list(self.reasons),
            "intent": self.intent,
            "language": self.language,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Decision:
        """Reads what `to_dict` wrote.

        Raises:
            ValueError: if a field is missing or has a value outside the contract.
        """
        try:
            decision = cls(
                text=data["text"],
                route=data["route"],
                category=data["category"],
                tier=data["tier"],
                faq_ids=tuple(data["faq_ids"]),
                confidence=float(data["confidence"]),
                candidates=tuple(
                    Candidate(c["faq_id"], float(c["score"])) for c in data["candidates"]
                ),
                footer=data["footer"],
                reasons=tuple(data["reasons"]),
                intent=data["intent"],
                language=data["language"],
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"decision: missing or malformed field {error}") from error
        if decision.route not in ROUTES:
            raise ValueError(f"decision: route: unknown value {decision.route!r}")
        if decision.category is not None and decision.category not in CATEGORIES:
            raise ValueError(f"decision: category: unknown value {decision.category!r}")
        if decision.tier is not None and decision.tier not in TIERS:
            raise ValueError(f"decision: tier: unknown value {decision.tier!r}")
        return decision


def more_severe(first: Tier, second: Tier) -> Tier:
    """Returns the more severe of two tiers (T0 is the most severe)."""
    return min(first, second)


def intent_for(category: Category, tier: Tier) -> str:
    """Returns the dialogue's intent for an escalation of this category and tier."""
    if category in CRISIS_CATEGORIES and tier in ("T0", "T1"):
        return "crisis"
    if category == "medical_emergency" or tier == "T0":
        return "emergency"
    return _INTENTS.get(category, "clinical_question")
