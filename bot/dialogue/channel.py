"""Rasa's side of the REST channel: triage first, then the dialogue.

The text is what a stranger typed, so nothing of it may steer Rasa: a leading `/` would be read
as an intent or a command, and client metadata would be trusted as a triage decision. Both are
removed here. A failure is an HTTP error, never an empty answer, so that the caller goes to its
fallback.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.dialogue import action_calls, validator_patch
from bot.dialogue.settings import DialogueError, DialogueSettings, load_dialogue_settings
from bot.dialogue.triage import carried_triage

logger = logging.getLogger(__name__)

_CHANNELS: Final = ("web", "sms")
_LONGEST_SENDER: Final = 255
_MOST_PREVIOUS: Final = 2
#: Kinds of reply that accompany an answer and are none.
_NOT_AN_ANSWER: Final = frozenset({"notice"})

# On Rasa's Python 3.10, asyncio's TimeoutError is not yet the built-in one.
_TRIAGE_FAILURES: Final = (
    aiohttp.ClientError,
    asyncio.TimeoutError,
    ValueError,
    KeyError,
    TypeError,
)


class BadMessageError(DialogueError):
    """A request is not a message; says which field is wrong. The status is 400."""


class NoAnswerError(DialogueError):
    """Triage or the dialogue failed; says where. The status is 503."""


@dataclass(frozen=True)
class VisitorMessage:
    """One message of a visitor, as the core sent it."""

    sender: str
    text: str
    channel: str
    previous: tuple[str, ...]

    @classmethod
    def from_json(cls, body: Any) -> VisitorMessage:
        """Reads a request's body; keys that are not named here are ignored.

        Raises:
            BadMessageError: naming the field that is missing or malformed.
        """
        if not isinstance(body, dict):
            raise BadMessageError("the body must be a JSON object")
        sender, channel = body.get("sender"), body.get("channel", "web")
        previous = body.get("previous", [])
        if not isinstance(sender, str) or not 0 < len(sender) <= _LONGEST_SENDER:
            raise BadMessageError(f"sender: give a text of 1 to {_LONGEST_SENDER} characters")
        if channel not in _CHANNELS:
            raise BadMessageError(f"channel: give one of {', '.join(_CHANNELS)}")
        if not isinstance(previous, list):
            raise BadMessageError("previous: give a list of texts")
        texts = [body.get("message"), *previous]
        if not all(isinstance(text, str) and _is_utf8(text) for text in texts):
            raise BadMessageError("message, previous: give texts that UTF-8 can encode")
        return cls(
            sender=sender,
            text=without_commands(texts[0]),
            channel=channel,
            previous=tuple(texts[1:][-_MOST_PREVIOUS:]),
        )


def without_commands(text: str) -> str:
    """Returns the text without the leading `/` that Rasa would read as a command."""
    kept = (i for i, character in enumerate(text) if character != "/" and not character.isspace())
    return text[next(kept, len(text)) :]


class FaqInput(InputChannel):  # type: ignore[misc]
    """The one input channel: `POST /webhooks/faq/webhook`, for the core only."""

    def __init__(self, settings: DialogueSettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    def name(cls) -> str:
        """Returns the channel's part of the URL."""
        return "faq"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> FaqInput:
        """Creates the channel; Rasa's factory method."""
        validator_patch.install()
        action_calls.install()
        return cls(load_dialogue_settings())

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Returns the routes, for Rasa to mount under `/webhooks/faq`."""
        routes = Blueprint("faq")

        @routes.listener("before_server_start")
        async def open_session(_app: Sanic, _loop: object) -> None:
            timeout = aiohttp.ClientTimeout(total=self._settings.triage_timeout)
            self._session = aiohttp.ClientSession(timeout=timeout)

        @routes.listener("after_server_stop")
        async def close_session(_app: Sanic, _loop: object) -> None:
            if self._session is not None:
                await self._session.close()
            await action_calls.close()

        @routes.route("/readyz", methods=["GET"])
        async def readyz(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            ready = agent is not None and agent.is_ready()
            return _json({"status": "ready" if ready else "loading"}, 200 if ready else 503)

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            return await self._receive(request.body, on_new_message)

        return routes

    async def _receive(
        self, body: bytes, on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> HTTPResponse:
        decision: dict[str, Any] | None = None
        try:
            message = VisitorMessage.from_json(_parsed(body))
            decision = await self._triage(message)
            replies = await self._converse(message, decision, on_new_message)
        except BadMessageError as error:
            return _json({"error": str(error)}, 400)
        except NoAnswerError as error:
            logger.error("No answer: %s", error)
            return _json({"error": str(error), "decision": decision}, 503)
        recorded = {"kind": "decision", "decision": decision}
        return _json([*replies, {"recipient_id": message.sender, "custom": recorded}], 200)

    async def _triage(self, message: VisitorMessage) -> dict[str, Any]:
        if self._session is None:
            raise NoAnswerError("the channel is not started")
        question = {
            "text": message.text,
            "channel": message.channel,
            "previous": list(message.previous),
        }
        try:
            url = f"{self._settings.actions_url}/triage"
            async with self._session.post(url, json=question) as response:
                response.raise_for_status()
                decision: dict[str, Any] = await response.json()
                carried_triage(decision)
        except _TRIAGE_FAILURES as error:
            raise NoAnswerError(f"triage failed: {type(error).__name__}") from error
        return decision

    async def _converse(
        self,
        message: VisitorMessage,
        decision: dict[str, Any],
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
    ) -> list[dict[str, Any]]:
        collector = CollectingOutputChannel()
        metadata = {"channel": message.channel, "triage": carried_triage(decision)}
        try:
            await on_new_message(
                UserMessage(
                    message.text,
                    collector,
                    message.sender,
                    input_channel=message.channel,
                    metadata=metadata,
                )
            )
        # Safety boundary: whatever breaks inside Rasa, the caller must learn that there is no
        # answer. Only the type is logged; the message of an error may quote the visitor.
        except Exception as error:
            raise NoAnswerError(f"the dialogue failed: {type(error).__name__}") from error
        replies = [m for m in collector.messages if isinstance(m.get("custom"), dict)]
        if all(m["custom"].get("kind") in _NOT_AN_ANSWER for m in replies):
            raise NoAnswerError("the dialogue gave no reply")
        return replies


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:  # also malformed UTF-8
        raise BadMessageError("the body must be JSON in UTF-8") from error


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate, which JSON can carry
        return False
    return True


def _json(body: object, status: int) -> HTTPResponse:
    return HTTPResponse(json.dumps(body), status=status, content_type="application/json")
