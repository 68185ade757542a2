"""Every action of the domain, made once with the library."""

from __future__ import annotations

from typing import Final

from actions.answer import Answer
from actions.base import LibrarySource, TurnAction
from actions.contact import AskContact, DeclineContact, SaveContact, ValidateContact
from actions.contact_answers import STEPS
from actions.did_you_mean import AnswerChoice, AskChoice, ValidateChoice
from actions.escalate import ESCALATIONS, Escalate, HandOver
from actions.feedback import RATINGS, Feedback
from actions.session import Fallback, SessionStart
from actions.small_talk import SMALL_TALK, Failure, SmallTalk
from knowledge.reply import Kind

_FAILURES: Final[dict[str, Kind]] = {
    "out_of_scope": "out_of_scope",
    "not_understood": "clarify",
}


def all_actions(library: LibrarySource) -> list[TurnAction]:
    """Returns one instance of every custom action; each asks for the library when it runs."""
    return [
        SessionStart(library),
        Fallback(library),
        Answer(library),
        ValidateChoice(library),
        AskChoice(library),
        AnswerChoice(library),
        HandOver(library),
        ValidateContact(library),
        SaveContact(library),
        DeclineContact(library),
        *(SmallTalk(key, library) for key in SMALL_TALK),
        *(Failure(key, kind, library) for key, kind in _FAILURES.items()),
        *(Escalate(intent, library) for intent in ESCALATIONS),
        *(Feedback(rating, library) for rating in RATINGS),
        *(AskContact(step, library) for step in STEPS),
    ]
