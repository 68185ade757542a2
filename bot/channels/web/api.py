"""The chat API: conversations, messages, live events, ratings, contact details."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from pydantic import BaseModel

from bot.channels.web.auth import open_to_anyone, visitor_only
from bot.channels.web.bodies import body_of
from bot.channels.web.problems import ProblemError
from bot.channels.web.schemas import (
    ContactCreate,
    ConversationCreate,
    FeedbackCreate,
    MessageCreate,
)
from bot.channels.web.site import current_site
from bot.channels.web.views import created_view, list_view, result_view
from bot.conversation import Channel, ContactDetails, Feedback
from bot.conversation.service import utc_now
from bot.conversation.visitor import rate, save_contact

api: Final = Blueprint("api", __name__, url_prefix="/api/v1")

_PAGE: Final = 200
_HIGHEST_SEQ: Final = 2**31 - 1


@api.post("/conversations")
@open_to_anyone
def start_conversation() -> Response:
    """Starts a conversation."""
    body = body_of(ConversationCreate, optional=True)
    started = current_site().core.conversations.start(Channel.WEB, body.language)
    return _json(created_view(started), 201)


@api.post("/conversations/<conversation_id>/messages")
@visitor_only
def post_message(conversation_id: str) -> Response:
    """Sends a message and returns its replies."""
    body = body_of(MessageCreate)
    site = current_site()
    exchange = site.core.conversations.post(conversation_id, body.client_message_id, body.text)
    site.metrics.count(exchange)
    return _json(result_view(exchange))


@api.get("/conversations/<conversation_id>/messages")
@visitor_only
def list_messages(conversation_id: str) -> Response:
    """Returns messages after a place in the conversation."""
    store = current_site().core.store
    after = _number("after", request.args.get("after", "0"))
    messages = store.messages(conversation_id, after, _PAGE + 1)
    view = list_view(
        messages[:_PAGE], store.conversation(conversation_id), has_more=len(messages) > _PAGE
    )
    return _json(view)


@api.get("/conversations/<conversation_id>/events")
@visitor_only
def stream_events(conversation_id: str) -> Response:
    """Streams live events."""
    site = current_site()
    seen = request.headers.get("Last-Event-ID") or request.args.get("after", "0")
    after = _number("after", seen)
    if not site.streams.take_place():
        fix = "Poll GET messages every few seconds instead."
        busy = ProblemError(
            503,
            "streams-full",
            "There is no free event stream.",
            fix,
            headers={"Retry-After": "30"},
        )
        raise busy
    site.metrics.streams.inc()
    events = site.streams.events(site.core.store, conversation_id, after)
    response = Response(events, mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"  # a reverse proxy must pass events on at once
    response.call_on_close(site.metrics.streams.dec)
    response.call_on_close(site.streams.give_place_back)
    return response


@api.post("/conversations/<conversation_id>/feedback")
@visitor_only
def give_feedback(conversation_id: str) -> Response:
    """Rates a reply."""
    body = body_of(FeedbackCreate)
    feedback = Feedback(body.rating, body.message_id, body.comment)
    rate(current_site().core.store, conversation_id, feedback, utc_now())
    return Response(status=204)


@api.post("/conversations/<conversation_id>/contact")
@visitor_only
def leave_contact(conversation_id: str) -> Response:
    """Leaves contact details."""
    body = body_of(ContactCreate)
    contact = ContactDetails(body.method, body.value, body.best_time)
    save_contact(current_site().core.store, conversation_id, contact, utc_now())
    return Response(status=204)


def _number(field: str, given: str) -> int:
    if not given.isascii() or not given.isdigit() or len(given) > len(str(_HIGHEST_SEQ)):
        fix = "Send the `seq` of the last message that you have, or 0."
        title = "The request has a value that cannot be accepted."
        raise ProblemError(400, "invalid-request", title, fix, errors=[(field, fix)])
    return min(int(given), _HIGHEST_SEQ)


def _json(body: BaseModel, status: int = 200) -> Response:
    return Response(body.model_dump_json(), status=status, mimetype="application/json")
