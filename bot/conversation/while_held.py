"""What happens to a message while staff hold its conversation (ADR 0030).

It is theirs to answer. But they may be away from their desk, so danger is looked for as ever: by
the wording when the message comes, by triage a moment later (`bot.conversation.held_triage`).
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.conversation.delivery import QUIET, send, was_sent
from bot.conversation.escalations import escalate, note_for_holder
from bot.conversation.model import LOCKING_TIERS, URGENT_KINDS, Message, Outcome
from bot.conversation.ports import FixedReplies, LockedConversation
from bot.conversation.recording import sees_more
from knowledge.decision import Decision
from knowledge.reply import Reply

#: Who took the conversation over or wrote in it this lately is there: the bot does not talk over
#: them.
THERE: Final = dt.timedelta(minutes=2)


def hand_to_holder(
    held: LockedConversation, message: Message, fixed: FixedReplies, at: dt.datetime
) -> None:
    """Puts a message in front of whoever holds the conversation.

    Danger in the wording raises the case, and pages, at once.
    """
    spotted = fixed.holding(message.text, "staff hold the conversation")
    if spotted.escalation is not None and spotted.escalation.tier in LOCKING_TIERS:
        _raise_danger(held, fixed, spotted, message, at)
    else:
        note_for_holder(held, fixed, message.id, at)
    held.set_outcome(message.id, Outcome.HELD, None)


def add_decision(
    held: LockedConversation,
    message: Message,
    decision: Decision,
    fixed: FixedReplies,
    at: dt.datetime,
) -> None:
    """Adds what triage says of a message that staff have; danger that is new raises the case."""
    stored = held.message(message.id)
    if stored.outcome is not Outcome.HELD or stored.decision is not None:
        return
    held.set_outcome(message.id, Outcome.HELD, decision)
    category, tier = decision.category, decision.tier
    if category is None or tier not in LOCKING_TIERS:
        return
    if sees_more(tier, fixed.holding(message.text, "")):
        reason = decision.reasons[0] if decision.reasons else "Found by triage"
        reply = fixed.red_line(category, tier, reason, decision.language)
        _raise_danger(held, fixed, reply, message, at)


def _raise_danger(
    held: LockedConversation, fixed: FixedReplies, reply: Reply, message: Message, at: dt.datetime
) -> None:
    is_away = not held.staff_came_or_wrote_since(at - THERE)
    if is_away and reply.kind in URGENT_KINDS and not was_sent(held, reply, at - QUIET):
        send(held, message, fixed.promised(reply, at), at)
    if reply.escalation is not None:
        escalate(held, reply.escalation, message.id, at)
