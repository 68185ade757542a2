"""Answering a question with approved text."""

from __future__ import annotations

from actions.base import LibrarySource, TurnAction
from actions.errors import TurnError
from actions.escalate import with_offer
from actions.forms import leave_choice
from actions.turn import Outcome, Turn, remember, say
from knowledge.library import Library
from knowledge.reply import answer_reply


class Answer(TurnAction):
    """Gives the answers that triage chose, word for word."""

    def __init__(self, library: LibrarySource) -> None:
        super().__init__("action_answer", library)

    def outcome(self, turn: Turn) -> Outcome:
        """Returns the answer, or the escalation that stands in for a withheld one.

        Raises:
            TurnError: when triage named no FAQ.
        """
        if not turn.faq_ids:
            raise TurnError("triage.faq_ids: empty with route answer")
        return answer_outcome(self._library, turn, turn.faq_ids)


def answer_outcome(library: Library, turn: Turn, faq_ids: tuple[str, ...]) -> Outcome:
    """Returns the answer to these FAQs and ends "did you mean"."""
    reply = answer_reply(library, faq_ids, turn.footer)
    if reply.escalation is not None:
        return with_offer(turn, reply, *leave_choice(turn))
    remembered = remember(
        failed_once=False, last_faq_ids=list(reply.faq_ids), contact_offered=False
    )
    return say(reply, *remembered, *leave_choice(turn))
