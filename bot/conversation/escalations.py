"""One open escalation a conversation: opening it, raising it, attaching to it."""

from __future__ import annotations

import datetime as dt

from bot.conversation.model import LOCKING_TIERS, EscalationEvent
from bot.conversation.ports import LockedConversation
from knowledge.decision import more_severe
from knowledge.reply import Escalation


def escalate(
    held: LockedConversation, red_line: Escalation, message_id: str | None, at: dt.datetime
) -> None:
    """Puts a red line in front of staff.

    Opens an escalation, or attaches to the open one and raises its tier when this is more
    severe. A life threat or safety crisis pauses automated answers.

    Args:
        held: the conversation.
        red_line: what was found.
        message_id: the visitor's message that it was found in.
        at: now.
    """
    current = held.open_escalation()
    if current is None:
        kind = "opened"
        current = held.add_escalation(red_line.category, red_line.tier, red_line.reason)
    elif more_severe(red_line.tier, current.tier) != current.tier:
        kind = "tier_raised"
        held.raise_escalation(current.id, red_line.category, red_line.tier, red_line.reason)
    else:
        kind = "attached"
    held.log(
        current.id,
        EscalationEvent(
            kind=kind,
            at=at,
            category=red_line.category,
            tier=red_line.tier,
            reason=red_line.reason,
            message_id=message_id,
        ),
    )
    if red_line.tier in LOCKING_TIERS and held.conversation.locked_at is None:
        held.set_locked(at)


def attach(held: LockedConversation, message_id: str, at: dt.datetime) -> None:
    """Attaches a message without a red line of its own to the open escalation."""
    if held.open_escalation() is None:
        lost = "A message came in while automated answers were paused"
        escalate(held, Escalation("failure", "T3", lost), message_id, at)
    else:
        note_for_holder(held, message_id, at)


def note_for_holder(held: LockedConversation, message_id: str, at: dt.datetime) -> None:
    """Logs a message on the open escalation; staff who hold a conversation may have none."""
    current = held.open_escalation()
    if current is not None:
        held.log(current.id, EscalationEvent(kind="attached", at=at, message_id=message_id))
