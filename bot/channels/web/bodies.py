"""Reading a JSON body strictly: what is wrong is named, nothing is guessed."""

from __future__ import annotations

import json
from typing import TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from bot.channels.web.problems import ProblemError

_Body = TypeVar("_Body", bound=BaseModel)
_UNKNOWN = "This is not a field of this request. Leave it out."


def body_of(schema: type[_Body], *, optional: bool = False) -> _Body:
    """Returns the request's body.

    Args:
        schema: what the body must be.
        optional: whether no body at all stands for an empty object.

    Raises:
        ProblemError: 400, naming each field that is wrong.
        UnsupportedMediaType: if the body is not declared as JSON.
    """
    raw = request.get_data(cache=False)
    if optional and not raw:
        return schema()
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    return _validated(schema, _parsed(raw))


def _parsed(raw: bytes) -> object:
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _malformed("Encode the body as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise _malformed("Send one JSON object.") from error


def _malformed(fix: str) -> ProblemError:
    title = "The body cannot be read."
    return ProblemError(400, "malformed-body", title, fix, errors=[("body", fix)])


def _validated(schema: type[_Body], data: object) -> _Body:
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        errors = [
            (
                ".".join(str(part) for part in problem["loc"]) or "body",
                _UNKNOWN if problem["type"] == "extra_forbidden" else f"{problem['msg']}.",
            )
            for problem in problems
        ]
        title = "The request has values that cannot be accepted."
        detail = " ".join(f"{field}: {fix}" for field, fix in errors)
        raise ProblemError(400, "invalid-request", title, detail, errors=errors) from None
