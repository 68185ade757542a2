"""Every error as `application/problem+json` (RFC 9457), with a reference to the log."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Sequence
from typing import Final

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from bot.conversation.errors import (
    ClientMessageIdReusedError,
    ConversationNotFoundError,
    InvalidInputError,
    MessageNotFoundError,
    StoreUnavailableError,
)
from bot.fault import describe

_LOG: Final = logging.getLogger(__name__)
MIME_TYPE: Final = "application/problem+json"
_SERVER_ERROR: Final = 500
_CLIENT_ERROR: Final = 400


class ProblemError(Exception):
    """An answer that is an error.

    Attributes:
        code: a stable name, the end of the problem's `type`.
        errors: pairs of a field and what to do about it.
        headers: further response headers.
    """

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status, self.code, self.title, self.detail = status, code, title, detail
        self.errors, self.headers = errors, headers or {}
        super().__init__(f"{status} {code}")


def register_problems(app: Flask) -> None:
    """Turns every error of the app into a problem."""
    app.register_error_handler(ProblemError, problem_response)
    app.register_error_handler(InvalidInputError, _invalid)
    app.register_error_handler(ClientMessageIdReusedError, _reused)
    app.register_error_handler(ConversationNotFoundError, _unknown_conversation)
    app.register_error_handler(MessageNotFoundError, _unknown_message)
    app.register_error_handler(StoreUnavailableError, _unavailable)
    app.register_error_handler(HTTPException, _http)
    # The safety boundary of the site: whatever went wrong, the visitor gets a reference and the
    # log the place. A message that was accepted before is picked up by the worker.
    app.register_error_handler(Exception, _unexpected)


def problem_response(problem: ProblemError) -> Response:
    """Returns the response of a problem."""
    reference = uuid.uuid4().hex[:12]
    level = logging.ERROR if problem.status == _SERVER_ERROR else logging.INFO
    where = f"{request.method} {request.endpoint or 'no route'}"
    _LOG.log(level, "problem %s: %s %s at %s", reference, problem.status, problem.code, where)
    body = {
        "type": f"urn:faqbot:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "reference": reference,
    }
    if problem.errors:
        body["errors"] = [{"field": field, "message": fix} for field, fix in problem.errors]
    response = Response(json.dumps(body), status=problem.status, mimetype=MIME_TYPE)
    response.headers.update(problem.headers)
    return response


def _invalid(error: InvalidInputError) -> Response:
    title = "The request has a value that cannot be accepted."
    field = (error.field, error.fix)
    return problem_response(ProblemError(400, error.code, title, error.fix, errors=[field]))


def _reused(_error: ClientMessageIdReusedError) -> Response:
    fix = "Send a new client_message_id for a new text."
    title = "This client_message_id was used for another text."
    field = ("client_message_id", fix)
    return problem_response(
        ProblemError(409, "client-message-id-reused", title, fix, errors=[field])
    )


def _unknown_conversation(_error: ConversationNotFoundError) -> Response:
    detail = "Start a new conversation with POST /api/v1/conversations."
    title = "There is no such conversation."
    return problem_response(ProblemError(404, "conversation-not-found", title, detail))


def _unknown_message(_error: MessageNotFoundError) -> Response:
    fix = "Send the id of a reply in this conversation."
    field = ("message_id", fix)
    title = "There is no such reply."
    return problem_response(ProblemError(404, "message-not-found", title, fix, errors=[field]))


def _unavailable(error: StoreUnavailableError) -> Response:
    _LOG.error("the database is unavailable: %s", describe(error))
    detail = (
        "Please send the same request again in a moment. In an emergency call 911; in a crisis"
        " call or text 988."
    )
    problem = ProblemError(
        503, "unavailable", "The service is busy.", detail, headers={"Retry-After": "2"}
    )
    return problem_response(problem)


def _http(error: HTTPException) -> Response | BaseResponse:
    status = error.code or _SERVER_ERROR
    if status < _CLIENT_ERROR:
        return error.get_response()
    title = error.name
    code = title.lower().replace(" ", "-").replace("'", "")
    headers = dict(error.get_headers())
    kept = {name: value for name, value in headers.items() if name in ("Allow", "Retry-After")}
    if status >= _SERVER_ERROR:
        return _unexpected(error)
    return problem_response(ProblemError(status, code, title, _details(status), headers=kept))


def _details(status: int) -> str:
    return {
        404: "There is nothing at this address; /api/v1/openapi.json lists what there is.",
        405: "This address does not take this method; the Allow header lists those it takes.",
        413: "The request is too large. Send less than 64 KiB.",
        415: "Send the body as application/json.",
    }.get(status, "The request could not be understood.")


def _unexpected(error: Exception) -> Response:
    _LOG.error("unexpected error: %s", describe(error))
    detail = "Please try again. If it goes on, give the clinic this reference."
    return problem_response(
        ProblemError(_SERVER_ERROR, "internal-error", "Something went wrong.", detail)
    )
