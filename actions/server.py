"""The action server: custom actions for Rasa, and triage for its channel, in one process."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import Any, Final, Protocol

from rasa_sdk.endpoint import create_app
from sanic import HTTPResponse, Request
from sanic.exceptions import SanicException
from sanic.handlers import ErrorHandler

from actions.base import LibrarySource
from actions.errors import ActionsError
from actions.executor import DomainFreeExecutor
from actions.registry import all_actions
from actions.shortcuts import shortcut
from knowledge.decision import Decision
from knowledge.library import Library
from knowledge.live import Live
from knowledge.runtime import Served

logger = logging.getLogger(__name__)

_CHANNELS: Final = ("web", "sms")
_MOST_PREVIOUS: Final = 2
#: Inference leaves the interpreter lock; more threads than cores would only queue.
_THREADS: Final = 2


class Decider(Protocol):
    """What the server needs of `knowledge.triage.Triage`."""

    def decide(self, text: str, channel: str = "web", previous: Sequence[str] = ()) -> Decision:
        """Decides what to do with a message; safe to call from several threads."""


class BadQuestionError(ActionsError):
    """A request to triage is malformed; names the field. The status is 400."""


class LiveTriage:
    """Decides with the version that is served at the moment of each message."""

    def __init__(self, live: Live[Served]) -> None:
        self._live = live

    def decide(self, text: str, channel: str = "web", previous: Sequence[str] = ()) -> Decision:
        """Decides what to do with a message."""
        return self._live.current.triage.decide(text, channel, previous)


def build_app(library: Library | LibrarySource, triage: Decider, threads: int = _THREADS) -> Any:
    """Returns the Sanic server with its actions and routes; nothing is loaded later.

    Args:
        library: what the clinic says, shared by every action; or a call that returns what it
            says at that moment.
        triage: decides what to do with a message.
        threads: how many messages are triaged at the same time.
    """
    executor = DomainFreeExecutor()
    source = library if callable(library) else (lambda: library)
    for action in all_actions(source):
        executor.register_action(action)
    app = create_app(executor, cors_origins=[])
    # rasa-sdk answers an error with the whole request, and Rasa would log that.
    app.error_handler = ErrorHandler()
    app.error_handler.add(Exception, _say_nothing)
    pool = ThreadPoolExecutor(threads, thread_name_prefix="triage")
    app.add_route(partial(_triage, triage, pool), "/triage", methods=["POST"], name="triage")
    app.add_route(partial(_ready, source), "/readyz", name="readyz")
    app.add_route(_healthy, "/healthz", name="healthz")
    return app


async def _triage(triage: Decider, pool: Executor, request: Request) -> HTTPResponse:
    try:
        text, channel, previous = _question(request.body)
    except BadQuestionError as error:
        return _json({"error": str(error)}, 400)
    decision = shortcut(text)
    if decision is None:
        loop = asyncio.get_running_loop()
        decision = await loop.run_in_executor(pool, triage.decide, text, channel, previous)
    return _json(decision.to_dict(), 200)


async def _ready(source: LibrarySource, request: Request) -> HTTPResponse:
    return _json({"status": "ready", "faqs": len(source().faqs)}, 200)


async def _healthy(request: Request) -> HTTPResponse:
    return _json({"status": "ok"}, 200)


def _question(body: bytes) -> tuple[str, str, tuple[str, ...]]:
    try:
        question: Any = json.loads(body)
    except ValueError as error:
        raise BadQuestionError("the body must be JSON in UTF-8") from error
    if not isinstance(question, dict):
        raise BadQuestionError("the body must be a JSON object")
    text, channel = question.get("text"), question.get("channel", "web")
    previous = question.get("previous", [])
    if not isinstance(text, str):
        raise BadQuestionError("text: give a text")
    if channel not in _CHANNELS:
        raise BadQuestionError(f"channel: give one of {', '.join(_CHANNELS)}")
    if not isinstance(previous, list) or not all(isinstance(t, str) for t in previous):
        raise BadQuestionError("previous: give a list of texts")
    return text, channel, tuple(previous[-_MOST_PREVIOUS:])


def _say_nothing(request: Request, error: Exception) -> HTTPResponse:
    """Answers a failure with its type only, and logs where it was, never what was said."""
    status = error.status_code if isinstance(error, SanicException) else 500
    if status >= 500:  # noqa: PLR2004 - HTTP
        where = "".join(traceback.format_tb(error.__traceback__))
        logger.error("%s failed with %s at\n%s", request.path, type(error).__name__, where)
    return _json({"error": type(error).__name__}, status)


def _json(body: object, status: int) -> HTTPResponse:
    return HTTPResponse(json.dumps(body), status=status, content_type="application/json")
