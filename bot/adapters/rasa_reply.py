"""Reading what Rasa's channel answered; anything out of the contract is malformed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.conversation.errors import DialogueError
from bot.conversation.model import ContactDetails, DialogueResult, Feedback
from bot.conversation.visitor import METHODS
from knowledge.decision import CATEGORIES, TIERS, Decision
from knowledge.reply import Reply

_RATINGS: Final = {"positive": "up", "negative": "down"}
_SOURCE_TEXTS: Final = ("key", "title", "organisation", "url")


def parsed_result(answer: Any) -> DialogueResult:
    """Returns the replies and what came with them.

    Args:
        answer: the decoded JSON: a list of `{"recipient_id", "custom": {...}}`.

    Raises:
        DialogueError: `empty` without a reply besides a notice, `malformed` otherwise.
    """
    payloads = [_payload(element) for element in _listed(answer)]
    decision = None
    replies: list[Reply] = []
    contact, feedback = None, None
    for payload in payloads:
        if payload.get("kind") == "decision":
            decision = parsed_decision(payload.get("decision"))
            continue
        replies.append(_reply(payload))
        contact = _contact(payload) or contact
        feedback = _feedback(payload) or feedback
    if all(reply.kind == "notice" for reply in replies):
        raise DialogueError("empty", decision=decision)
    return DialogueResult(tuple(replies), decision, contact, feedback)


def parsed_decision(data: Any) -> Decision | None:
    """Returns the decision, or None when there is none that can be read.

    A decision is for the record: a reply that can be read is not thrown away for want of it.
    """
    if not isinstance(data, Mapping):
        return None
    try:
        return Decision.from_dict(data)
    except ValueError:
        return None


def _listed(answer: Any) -> list[Any]:
    if not isinstance(answer, list):
        raise DialogueError("malformed", "not a list")
    return answer


def _payload(element: Any) -> Mapping[str, Any]:
    payload = element.get("custom") if isinstance(element, Mapping) else None
    if not isinstance(payload, Mapping):
        raise DialogueError("malformed", "an element without `custom`")
    return payload


def _reply(payload: Mapping[str, Any]) -> Reply:
    try:
        reply = Reply.from_dict(payload)
    except ValueError as error:
        raise DialogueError("malformed", "a reply that cannot be read") from error
    if not _is_sound(reply):
        raise DialogueError("malformed", "a reply with values out of the contract")
    return reply


def _is_sound(reply: Reply) -> bool:
    texts: list[Any] = [reply.text, reply.sms, reply.language, *reply.faq_ids]
    texts += [] if reply.escalation is None else [reply.escalation.reason]
    texts += [part for button in reply.buttons for part in (button.title, button.text)]
    if not all(isinstance(text, str) and "\x00" not in text for text in texts):
        return False
    if not reply.text.strip() or not isinstance(reply.footer, str | None):
        return False
    if not all(_is_source(source) for source in reply.sources):
        return False
    found = reply.escalation
    return found is None or (found.category in CATEGORIES and found.tier in TIERS)


def _is_source(source: Any) -> bool:
    return isinstance(source, Mapping) and all(
        isinstance(source.get(name, ""), str | None) for name in _SOURCE_TEXTS
    )


def _contact(payload: Mapping[str, Any]) -> ContactDetails | None:
    given = payload.get("contact")
    if not isinstance(given, Mapping):
        return None
    method = given.get("method")
    return ContactDetails(
        method=method if method in METHODS else None,
        value=_text(given.get("value")),
        best_time=_text(given.get("when")),
    )


def _feedback(payload: Mapping[str, Any]) -> Feedback | None:
    rating = _RATINGS.get(str(payload.get("rating")))
    return None if rating is None else Feedback(rating)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
