"""The chat API: conversations, messages, live events, ratings, contact details."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from pydantic import BaseModel

from bot.channels.web.auth import open_to_anyone, visitor_only
from bot.channels.web.bodies import body_of
from bot.channels.web.limits import too_often
from bot.channels.web.problems import ProblemError
from bot.channels.web.schemas import (
    ContactCreate,
    ConversationCreate,
    FeedbackCreate,
    IdentityGiven,
    MessageCreate,
    SuggestionView,
    WidgetView,
)
from bot.channels.web.site import current_site
from bot.channels.web.views import created_view, list_view, result_view
from bot.conversation import ContactDetails, Feedback
from bot.conversation.service import utc_now
from bot.conversation.visitor import rate, save_contact
from bot.conversation.visits import Identity, visitor_key_of
from bot.markup import markdown_to_html

api: Final = Blueprint("api", __name__, url_prefix="/api/v1")

_PAGE: Final = 200
_HIGHEST_SEQ: Final = 2**31 - 1
_LANGUAGES: Final = ("en", "es")
_PREVIOUS: Final = 2


@api.get("/widget")
@open_to_anyone
def show_widget() -> Response:
    """Says what the widget shows before a conversation."""
    _limit_reads()
    language = request.args.get("language", "en")
    if language not in _LANGUAGES:
        raise _unacceptable("language", f"Give one of {', '.join(_LANGUAGES)}.")
    site = current_site()
    texts = site.core.texts
    found = texts.suggestions(site.settings.widget_suggestions)
    view = WidgetView(
        clinic=texts.clinic_name,
        notice_html=markdown_to_html(texts.notice(language).text),
        suggestions=[SuggestionView(title=button.title, text=button.text) for button in found],
        max_message_chars=site.settings.max_message_chars,
        draft=site.settings.mode == "local",
    )
    return _json(view)


@api.post("/conversations")
@open_to_anyone
def start_conversation() -> Response:
    """Starts a conversation, or goes on with a verified visitor's."""
    body = body_of(ConversationCreate, optional=True)
    site = current_site()
    address = site.limiter.address()
    wait = site.limiter.wait("starts", address)
    if wait and not (body.first_text and _is_danger(body.first_text, (), address)):
        raise too_often(wait)
    started = site.core.visits.begin(
        body.language, visitor_key=_visitor_key(body.identity), consent=body.consent
    )
    return _json(created_view(started), 201)


@api.post("/conversations/<conversation_id>/messages")
@visitor_only
def post_message(conversation_id: str) -> Response:
    """Sends a message and returns its replies."""
    body = body_of(MessageCreate)
    site = current_site()
    address = site.limiter.address()
    # Both are counted, so that neither is used up by asking for the other.
    waits = (site.limiter.wait("visitor", conversation_id), site.limiter.wait("address", address))
    if any(waits):
        turn = site.core.store.turn(conversation_id, _HIGHEST_SEQ, _PREVIOUS)
        if not _is_danger(body.text, turn.previous, address):
            raise too_often(max(waits))
    exchange = site.core.conversations.post(conversation_id, body.client_message_id, body.text)
    site.metrics.count(exchange)
    return _json(result_view(exchange))


@api.get("/conversations/<conversation_id>/messages")
@visitor_only
def list_messages(conversation_id: str) -> Response:
    """Returns messages after a place in the conversation."""
    _limit_reads()
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
    _limit_reads()
    site = current_site()
    seen = request.headers.get("Last-Event-ID") or request.args.get("after", "0")
    after = _number("after", seen)
    if not site.streams.take_place():
        fix = "Poll GET messages every few seconds instead."
        title = "There is no free event stream."
        raise ProblemError(503, "streams-full", title, fix, headers={"Retry-After": "30"})
    site.metrics.streams.inc()
    core = site.core
    events = site.streams.events(core.store, core.web_visits, conversation_id, after)
    response = Response(events, mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"  # a reverse proxy must pass events on at once
    response.call_on_close(site.metrics.streams.dec)
    response.call_on_close(site.streams.give_place_back)
    return response


@api.post("/conversations/<conversation_id>/feedback")
@visitor_only
def give_feedback(conversation_id: str) -> Response:
    """Rates a reply."""
    _limit_writes()
    body = body_of(FeedbackCreate)
    feedback = Feedback(body.rating, body.message_id, body.comment)
    core = current_site().core
    rate(core.store, core.texts, conversation_id, feedback, utc_now())
    return Response(status=204)


@api.post("/conversations/<conversation_id>/contact")
@visitor_only
def leave_contact(conversation_id: str) -> Response:
    """Leaves contact details."""
    _limit_writes()
    body = body_of(ContactCreate)
    contact = ContactDetails(body.method, body.value, body.best_time)
    save_contact(current_site().core.store, conversation_id, contact, utc_now())
    return Response(status=204)


def _visitor_key(given: IdentityGiven | None) -> str | None:
    if given is None:
        return None
    identity = Identity(given.user, given.expires, given.signature)
    return visitor_key_of(identity, current_site().settings.identity_keys, utc_now())


def _is_danger(text: str, previous: tuple[str, ...], address: str) -> bool:
    site = current_site()
    in_full = not site.limiter.wait("triage", address)
    return site.danger.is_red_line(text, previous, in_full=in_full)


def _limit_reads() -> None:
    _limit("reads")


def _limit_writes() -> None:
    _limit("address")


def _limit(rule: str) -> None:
    limiter = current_site().limiter
    wait = limiter.wait(rule, limiter.address())
    if wait:
        raise too_often(wait)


def _number(field: str, given: str) -> int:
    if not given.isascii() or not given.isdigit() or len(given) > len(str(_HIGHEST_SEQ)):
        raise _unacceptable(field, "Send the `seq` of the last message that you have, or 0.")
    return min(int(given), _HIGHEST_SEQ)


def _unacceptable(field: str, fix: str) -> ProblemError:
    title = "The request has a value that cannot be accepted."
    return ProblemError(400, "invalid-request", title, fix, errors=[(field, fix)])


def _json(body: BaseModel, status: int = 200) -> Response:
    return Response(body.model_dump_json(), status=status, mimetype="application/json")
