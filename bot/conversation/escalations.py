"""One open case a conversation: opening it, raising it, opening it again, attaching to it."""

from __future__ import annotations

import datetime as dt

from bot.conversation.case_states import require_step
from bot.conversation.model import (
    LOCKING_TIERS,
    EscalationEvent,
    OpenedEscalation,
    Staff,
    Status,
)
from bot.conversation.ports import FixedReplies, LockedConversation
from knowledge.decision import more_severe
from knowledge.reply import Escalation


def escalate(
    held: LockedConversation, red_line: Escalation, message_id: str | None, at: dt.datetime
) -> None:
    """Puts a red line in front of staff.

    Opens a case, opens the resolved one again, or attaches to the open one and raises its tier
    when this is more severe. A life threat or safety crisis pauses automated answers.

    Args:
        held: the conversation.
        red_line: what was found.
        message_id: the visitor's message that it was found in.
        at: now.
    """
    kind, current = _open_or_raise(held, red_line, at)
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
    holder = held.conversation.holder
    if holder is not None and current.status is Status.OPEN:
        move(held, current, Status.CLAIMED, holder)


def attach(held: LockedConversation, fixed: FixedReplies, message_id: str, at: dt.datetime) -> None:
    """Attaches a message without a red line of its own to the open case."""
    if held.open_escalation() is None:
        lost = "A message came in while automated answers were paused"
        escalate(held, Escalation("failure", "T3", lost), message_id, at)
    else:
        note_for_holder(held, fixed, message_id, at)


def note_for_holder(
    held: LockedConversation, fixed: FixedReplies, message_id: str, at: dt.datetime
) -> None:
    """Logs a message on the open case; staff who hold a conversation may have none.

    When staff waited for the patient, it is their turn again, and their clock starts.
    """
    current = held.open_escalation()
    if current is None:
        return
    if current.status is Status.WAITING:
        move(held, current, Status.CLAIMED, current.claimed_by)
        held.set_waiting(current.id, at)
        held.begin_page_round(current.id, fixed.due(current.tier, at))
    held.log(current.id, EscalationEvent(kind="attached", at=at, message_id=message_id))


def move(
    held: LockedConversation,
    case: OpenedEscalation,
    status: Status,
    claimed_by: Staff | None,
    resolution: str | None = None,
) -> None:
    """Moves a case on.

    Raises:
        IllegalStepError: if this state may not follow the present one.
    """
    require_step(case.status, status)
    held.set_status(case.id, status, claimed_by, resolution)


def _open_or_raise(
    held: LockedConversation, red_line: Escalation, at: dt.datetime
) -> tuple[str, OpenedEscalation]:
    found = (red_line.category, red_line.tier, red_line.reason)
    last = held.last_escalation()
    if last is None:
        kind, current = "opened", held.add_escalation(*found)
    elif last.status is Status.RESOLVED:
        require_step(last.status, Status.OPEN)
        held.reopen_escalation(last.id, *found)
        kind, current = "reopened", held.last_escalation() or last
    elif more_severe(red_line.tier, last.tier) != last.tier:
        held.raise_escalation(last.id, *found)
        kind, current = "tier_raised", last
    else:
        kind, current = "attached", last
    if current.status is Status.WAITING:  # for the patient, who has written
        move(held, current, Status.CLAIMED, current.claimed_by)
    if kind != "attached" or current.waiting_since is None:
        # Also whoever has claimed it is paged at once: they may be away from their desk.
        held.set_waiting(current.id, current.waiting_since or at)
        held.begin_page_round(current.id, at)
    return kind, current
