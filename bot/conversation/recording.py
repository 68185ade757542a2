"""Recording what became of a message: replies and escalation in one transaction."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.conversation.delivery import hushed, replies_to_send, send
from bot.conversation.escalations import attach, escalate, note_for_holder
from bot.conversation.model import LOCKING_TIERS, URGENT_KINDS, Answered, DialogueResult, Outcome
from bot.conversation.ports import FixedReplies, LockedConversation
from knowledge.decision import Tier
from knowledge.reply import Escalation, Reply

#: Categories of decisions that found nothing, not a red line.
_UNKNOWN: Final = (None, "unanswerable", "failure")


def record(
    held: LockedConversation, fixed: FixedReplies, answered: Answered, at: dt.datetime
) -> None:
    """Writes replies, escalation, contact details and feedback for one message.

    When the message already has an outcome, whoever came first has answered it: then only danger
    that they could not see by the wording is added.

    Args:
        held: the conversation that the message belongs to.
        fixed: the approved texts.
        answered: the message, what was said to it, and the outcome when something is sent.
        at: now.
    """
    message, result, outcome = answered.message, answered.result, answered.outcome
    if held.message(message.id).outcome is not None:
        _add_danger(held, fixed, answered, at)
        return
    was_locked = held.conversation.locked_at is not None
    if result.decision is not None and result.decision.language in ("en", "es"):
        held.set_language(result.decision.language)
    if held.conversation.holder is not None:
        replies: tuple[Reply, ...] = ()
        outcome = Outcome.HELD
    else:
        replies = replies_to_send(held, result.replies, fixed, at)
        if answered.hushed:
            replies = hushed(held, replies, fixed, answered.hushed, at)
        outcome = outcome if replies else Outcome.ATTACHED
    for reply in replies:
        send(held, message, fixed.promised(reply, at), at)
    found = red_lines(result)
    for red_line in found:
        escalate(held, red_line, message.id, at)
    if not found and outcome is Outcome.HELD:
        note_for_holder(held, fixed, message.id, at)
    elif not found and was_locked:
        attach(held, fixed, message.id, at)
    elif not found and answered.hushed and outcome is not Outcome.HELD:
        escalate(held, Escalation("failure", "T3", answered.hushed), message.id, at)
    _keep(held, result, at)
    held.set_outcome(message.id, outcome, result.decision)


def red_lines(result: DialogueResult) -> tuple[Escalation, ...]:
    """Returns every escalation of a result, most severe first.

    A decision that found a red line counts even if no reply carries it: what triage handed to
    staff must not depend on the dialogue passing it on. That no answer was found is no red line;
    the dialogue may ask again, or may have asked for just these words.
    """
    found = [reply.escalation for reply in result.replies if reply.escalation is not None]
    decision = result.decision
    if decision is not None and decision.route == "escalate" and decision.category not in _UNKNOWN:
        category, tier = decision.category, decision.tier or "T3"
        if not any(e.category == category and e.tier == tier for e in found):
            reason = decision.reasons[0] if decision.reasons else "Handed to staff by triage"
            found.append(Escalation(category, tier, reason))
    return tuple(sorted(found, key=lambda red_line: red_line.tier))


def sees_more(tier: Tier | None, by_wording: Reply) -> bool:
    """Tells whether triage found a more severe red line than the wording alone shows."""
    if tier is None:
        return False
    found = by_wording.escalation
    return found is None or found.category == "failure" or tier < found.tier


def _add_danger(
    held: LockedConversation, fixed: FixedReplies, answered: Answered, at: dt.datetime
) -> None:
    """Adds a life threat or crisis that was found after the message had been answered."""
    message, by_wording = answered.message, fixed.holding(answered.message.text, "")
    found = [
        red_line
        for red_line in red_lines(answered.result)
        if red_line.tier in LOCKING_TIERS and sees_more(red_line.tier, by_wording)
    ]
    urgent = [reply for reply in answered.result.replies if reply.kind in URGENT_KINDS]
    if found and urgent and held.conversation.holder is None:
        for reply in replies_to_send(held, urgent, fixed, at):
            send(held, message, fixed.promised(reply, at), at)
    for red_line in found:
        escalate(held, red_line, message.id, at)


def _keep(held: LockedConversation, result: DialogueResult, at: dt.datetime) -> None:
    if result.contact is not None:
        held.save_contact(result.contact, at)
    if result.feedback is not None:
        held.save_feedback(result.feedback, at)
