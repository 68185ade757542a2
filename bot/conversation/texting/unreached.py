"""Telling staff that a text did not reach the person."""

from __future__ import annotations

import datetime as dt

from bot.conversation.escalations import escalate
from bot.conversation.model import URGENT_KINDS, Author, Message, Status
from bot.conversation.texting.model import OutgoingText
from bot.conversation.texting.ports import LockedThread
from knowledge.reply import Escalation


def tell_staff(held: LockedThread, text: OutgoingText, why: str, at: dt.datetime) -> None:
    """Opens or raises the case of a text that did not reach the person.

    A safety reply or words of staff that were lost need a person again, so a case that waits for
    the patient waits for staff once more.

    Args:
        held: the conversation.
        text: the text.
        why: what stopped it, in words for staff.
        at: now.
    """
    message = held.message(text.message_id)
    if message.kind == "consent":
        return  # nobody waits for a confirmation
    escalate(held, _escalation(message, why), None, at)
    current = held.open_escalation()
    if current is not None and current.status is Status.WAITING and _matters(message):
        status = Status.OPEN if current.claimed_by is None else Status.CLAIMED
        held.set_status(current.id, status, current.claimed_by)


def _escalation(message: Message, why: str) -> Escalation:
    if message.kind in URGENT_KINDS:
        found = None if message.reply is None else message.reply.escalation
        why = f"PHONE NOW: the safety reply did not get through, {why}"
        if found is None:
            return Escalation("self_harm", "T1", why)
        return Escalation(found.category, found.tier, why)
    if message.author is Author.STAFF:
        return Escalation("failure", "T2", f"Staff's text was not delivered, {why}: please phone")
    return Escalation("failure", "T3", f"A text was not delivered, {why}")


def _matters(message: Message) -> bool:
    return message.author is Author.STAFF or message.kind in URGENT_KINDS
