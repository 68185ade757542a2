"""A small clinic and a triage that follows a script, for tests of the dialogue.

Run as a program it is an action server: the real actions over this library, so that real Rasa
can be tested without an index: `python tests/scripted_clinic.py PORT`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Final

from actions.server import build_app
from knowledge.decision import Candidate, Category, Decision, Tier, intent_for
from knowledge.library.models import Faq, Library, RedLine, Source, Wording
from knowledge.triage.small_talk import choice_intent, contact_intent

QUESTIONS: Final = {
    "approval": "Is ketamine FDA-approved for depression?",
    "spravato": "Is Spravato approved for depression?",
    "insurance": "Does insurance cover depression treatment?",
    "visit-length": "How long does a visit take?",
    "withheld": "What does the withheld answer say?",
}
MESSAGES: Final = (
    "notice greet goodbye thank ask_bot how_are_you affirm deny skip out_of_scope clarify_prompt"
    " clarify_none not_understood unanswerable contact_ask_method contact_ask_value"
    " contact_ask_time contact_saved contact_skipped feedback_thanks feedback_sorry holding locked"
    " soft_crisis_footer"
).split()
RED_LINES: Final[dict[Category, Tier]] = {
    "self_harm": "T0",
    "medical_emergency": "T0",
    "dosing": "T2",
    "account": "T3",
    "human_request": "T3",
    "language": "T3",
}
#: What a visitor of the tests says, and what triage makes of it.
SAYS: Final[dict[str, str | Category | tuple[str, ...]]] = {
    "hello": "greet",
    "goodbye": "goodbye",
    "thanks": "thank",
    "yes": "affirm",
    "no": "deny",
    "no thanks": "deny",
    "skip": "skip",
    "are you a bot": "ask_bot",
    "how are you": "how_are_you",
    "good answer": "feedback_positive",
    "that did not help": "feedback_negative",
    "who won the game": "out_of_scope",
    "what is the weather": "out_of_scope",
    "i want to die": "self_harm",
    "he is not breathing": "medical_emergency",
    "what dose should i get": "dosing",
    "cancel my appointment": "account",
    "can i talk to a person": "human_request",
    "call me after 5 pm": "human_request",
    "necesito ayuda": "language",
    "is it approved": ("approval", "spravato", "insurance"),
    "how long": ("visit-length", "insurance"),
}


def scripted_library() -> Library:
    """Returns a library whose texts name themselves, so that tests can read replies."""
    return Library(
        faqs={faq_id: _faq(faq_id, question) for faq_id, question in QUESTIONS.items()},
        red_lines={category: _red_line(category, tier) for category, tier in RED_LINES.items()},
        sources={"SRC": Source("SRC", "Agency", "Label", 2024, None, "V", False)},
        messages={key: {"en": _wording(key)} for key in MESSAGES},
        facts={},
        clinic={},
        small_talk={},
        out_of_scope=(),
        mode="local",
    )


class ScriptedTriage:
    """Decides what `SAYS` says; a question of the library is answered, the rest goes to staff."""

    def decide(self, text: str, channel: str = "web", previous: Sequence[str] = ()) -> Decision:
        """Returns the scripted decision, or fails on purpose for "break the ..."."""
        said = text.strip().lower()
        if said == "break the triage":
            raise RuntimeError(text)
        meant = SAYS.get(said) or choice_intent(said) or contact_intent(said)
        exact = next((i for i, q in QUESTIONS.items() if q.lower() == said), None)
        faq_id = "no such faq" if said == "break the answer" else exact
        if faq_id is not None:
            return _faqs(text, "answer", "ask_faq", (faq_id,))
        if isinstance(meant, tuple):
            return _faqs(text, "clarify", "ambiguous", meant)
        if meant in RED_LINES:
            category: Category = meant
            return _escalated(text, category, RED_LINES[category])
        if meant == "out_of_scope":
            return Decision(text, "out_of_scope", intent="out_of_scope", reasons=("script",))
        if meant is not None:
            return Decision(text, "smalltalk", intent=meant, reasons=("script",))
        return _escalated(text, "unanswerable", "T3")


def _faqs(text: str, route: Any, intent: str, faq_ids: tuple[str, ...]) -> Decision:
    candidates = tuple(Candidate(faq_id, 0.9) for faq_id in faq_ids)
    return Decision(
        text, route, faq_ids=faq_ids, confidence=0.9, candidates=candidates,
        reasons=("script",), intent=intent,
    )  # fmt: skip


def _escalated(text: str, category: Category, tier: Tier) -> Decision:
    language = "es" if category == "language" else "en"
    return Decision(
        text, "escalate", category, tier, confidence=0.9, reasons=("script",),
        intent=intent_for(category, tier), language=language,
    )  # fmt: skip


def _wording(key: str) -> Wording:
    return Wording(f"{key} on the web", f"{key} by SMS")


def _faq(faq_id: str, question: str) -> Faq:
    served = faq_id != "withheld"
    return Faq(
        id=faq_id, topic="topic", question=question, variants=(), answer=f"answer {faq_id}",
        sms=f"sms {faq_id}", sources=("SRC",), follow_ups=(), footer=None, draft=True,
        servable=served, unservable_reason=None if served else "not approved", content_sha256="",
    )  # fmt: skip


def _red_line(category: Category, tier: Tier) -> RedLine:
    return RedLine(
        category=category, rule="R0", tier=tier, definition="", reason="",
        replies={"en": _wording(category)}, replies_t0={}, examples=(), near_misses=(),
    )  # fmt: skip


if __name__ == "__main__":
    build_app(scripted_library(), ScriptedTriage()).run(
        "127.0.0.1", int(sys.argv[1]), single_process=True, access_log=False, motd=False
    )
