"""The OpenAPI document, made from the schemas and the routes' own words."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from flask import Blueprint, Response
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.channels.web import schemas
from bot.channels.web.auth import open_to_anyone
from bot.channels.web.problems import MIME_TYPE

description: Final = Blueprint("description", __name__)

_JSON: Final = "application/json"
_REF: Final = "#/components/schemas/{model}"
_REQUESTS: Final[tuple[type[BaseModel], ...]] = (
    schemas.ConversationCreate,
    schemas.MessageCreate,
    schemas.FeedbackCreate,
    schemas.ContactCreate,
)
_RESPONSES: Final[tuple[type[BaseModel], ...]] = (
    schemas.ConversationCreated,
    schemas.MessageResult,
    schemas.MessageList,
    schemas.StateView,
    schemas.TypingView,
    schemas.WidgetView,
    schemas.Problem,
    schemas.Health,
    schemas.Readiness,
)
_PROBLEMS: Final = {
    400: "A value or the body cannot be accepted; `errors` names the fields.",
    401: "The token is missing, wrong or has expired.",
    403: "Pages of this website may not use the API; see FAQBOT_WEB_ORIGINS.",
    404: "There is no such conversation or reply.",
    409: "The client_message_id was used for another text.",
    413: "The request is too large.",
    415: "The body is not declared as application/json.",
    429: "Too many requests; see Retry-After. A message that means danger is never refused.",
    500: "Something went wrong; `reference` finds it in the log.",
    503: "The service is busy; see Retry-After.",
}
_BODY_PROBLEMS: Final = (400, 403, 413, 415, 429, 500, 503)
_READ_PROBLEMS: Final = (400, 401, 403, 404, 429, 500, 503)
_AFTER: Final = {
    "name": "after",
    "in": "query",
    "description": "Only messages whose `seq` is higher.",
    "schema": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1, "default": 0},
}
_LANGUAGE: Final = {
    "name": "language",
    "in": "query",
    "description": "The language of fixed texts.",
    "schema": {"type": "string", "enum": ["en", "es"], "default": "en"},
}
#: One event; `data` is the JSON of what the event's name says.
_EVENT: Final = {
    "type": "object",
    "properties": {
        "event": {"type": "string", "enum": ["message", "state", "typing"]},
        "data": {"type": "string"},
        "id": {"type": "string", "description": "The `seq` of a message."},
        "retry": {"type": "integer"},
    },
}
_LAST_EVENT: Final = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "The id of the last event; counts before `after`.",
    "schema": {"type": "string", "pattern": "^[0-9]{1,10}$"},
}


@description.get("/api/v1/openapi.json")
@open_to_anyone
def openapi() -> Response:
    """Returns the OpenAPI document."""
    return Response(json.dumps(document()), mimetype=_JSON)


@cache
def document() -> dict[str, Any]:
    """Returns the OpenAPI 3.1 document of the public site."""
    modes = [(m, "validation") for m in _REQUESTS] + [(m, "serialization") for m in _RESPONSES]
    _, definitions = models_json_schema(modes, ref_template=_REF)  # type: ignore[arg-type]
    bearer = {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of one conversation, from starting it.",
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Chat API",
            "version": "1",
            "description": "Ask the clinic's assistant; talk to staff. Not for emergencies:"
            " call 911, or call or text 988 in a crisis.",
        },
        "paths": _paths(),
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"conversation": bearer},
        },
    }


def _paths() -> dict[str, Any]:
    one = "/api/v1/conversations/{conversation_id}"
    return {
        "/api/v1/widget": {"get": _widget()},
        "/api/v1/conversations": {"post": _start()},
        f"{one}/messages": {"parameters": [_id()], "post": _send(), "get": _list()},
        f"{one}/events": {"parameters": [_id()], "get": _events()},
        f"{one}/feedback": {"parameters": [_id()], "post": _left("Rate a reply", "FeedbackCreate")},
        f"{one}/contact": {
            "parameters": [_id()],
            "post": _left("Leave contact details", "ContactCreate"),
        },
        "/healthz": {"get": _open("Is the process alive?", {200: _answer("Health")})},
        "/readyz": {
            "get": _open(
                "Is everything ready?", {200: _answer("Readiness"), 503: _answer("Readiness")}
            )
        },
    }


def _id() -> dict[str, Any]:
    return {"name": "conversation_id", "in": "path", "required": True, "schema": {"type": "string"}}


def _widget() -> dict[str, Any]:
    return {
        "summary": "What the widget shows before a conversation",
        "parameters": [_LANGUAGE],
        "responses": _responses({200: _answer("WidgetView")}, (400, 403, 429, 500, 503)),
    }


def _start() -> dict[str, Any]:
    return {
        "summary": "Start a conversation",
        "requestBody": _body("ConversationCreate", required=False),
        "responses": _responses({201: _answer("ConversationCreated")}, _BODY_PROBLEMS),
    }


def _send() -> dict[str, Any]:
    return _guarded(
        {
            "summary": "Send a message",
            "requestBody": _body("MessageCreate"),
            "responses": _responses(
                {200: _answer("MessageResult")}, (401, 404, 409, *_BODY_PROBLEMS)
            ),
        }
    )


def _list() -> dict[str, Any]:
    answers = _responses({200: _answer("MessageList")}, _READ_PROBLEMS)
    return _guarded(
        {"summary": "Read the conversation", "parameters": [_AFTER], "responses": answers}
    )


def _events() -> dict[str, Any]:
    stream = {
        "description": "Server-sent events: `message` (a MessageView), `state` (a StateView) and"
        " `typing` (a TypingView).",
        "content": {"text/event-stream": {"schema": _EVENT}},
    }
    return _guarded(
        {
            "summary": "Watch the conversation",
            "parameters": [_AFTER, _LAST_EVENT],
            "responses": _responses({200: stream}, _READ_PROBLEMS),
        }
    )


def _left(summary: str, model: str) -> dict[str, Any]:
    done = {"description": "Kept."}
    answers = _responses({204: done}, (401, 404, *_BODY_PROBLEMS))
    return _guarded({"summary": summary, "requestBody": _body(model), "responses": answers})


def _open(summary: str, answers: dict[int, dict[str, Any]]) -> dict[str, Any]:
    return {"summary": summary, "responses": _responses(answers, (500,))}


def _guarded(operation: dict[str, Any]) -> dict[str, Any]:
    return {**operation, "security": [{"conversation": []}]}


def _body(model: str, *, required: bool = True) -> dict[str, Any]:
    return {"required": required, "content": {_JSON: {"schema": _schema(model)}}}


def _answer(model: str) -> dict[str, Any]:
    return {"description": model, "content": {_JSON: {"schema": _schema(model)}}}


def _schema(model: str) -> dict[str, str]:
    return {"$ref": _REF.format(model=model)}


def _responses(
    answers: dict[int, dict[str, Any]], problems: tuple[int, ...]
) -> dict[str, dict[str, Any]]:
    content = {MIME_TYPE: {"schema": _schema("Problem")}}
    failing = {
        code: {"description": _PROBLEMS[code], "content": content}
        for code in sorted(problems)
        if code not in answers
    }
    return {str(code): answer for code, answer in {**answers, **failing}.items()}
