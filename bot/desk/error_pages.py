"""One page for every error: what to do, and a reference to the log. Nothing else."""

from __future__ import annotations

import logging
import uuid
from typing import Final

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from bot.conversation.errors import ConversationNotFoundError, StoreUnavailableError
from bot.desk.errors import AccountNotFoundError
from bot.fault import describe

_LOG: Final = logging.getLogger(__name__)
_SERVER_ERROR: Final = 500
_CLIENT_ERROR: Final = 400
#: Title and advice by status; a page that is not there and one that is not yours read alike
#: for whoever is not logged in, because they are sent to the log-in before either.
_PAGES: Final = {
    400: ("This could not be understood", "Go back, reload the page and try again."),
    401: ("You are logged off", "Log in to go on."),
    403: ("This page is not for your role", "Ask an administrator if you need it."),
    404: ("There is nothing here", "The address may be wrong, or the conversation was deleted."),
    405: ("This could not be understood", "Go back, reload the page and try again."),
    413: ("That was too much text", "Go back and send it in parts."),
    503: ("The desk is busy", "Nothing was changed. Try again in a moment."),
}
_FAULT: Final = ("Something went wrong", "Try again. If it goes on, report the reference below.")


def register_error_pages(app: Flask) -> None:
    """Shows every error of the app as a page."""
    app.register_error_handler(ConversationNotFoundError, lambda _error: _page(404))
    app.register_error_handler(AccountNotFoundError, lambda _error: _page(404))
    app.register_error_handler(StoreUnavailableError, _unavailable)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    # The boundary of the desk: whatever went wrong, staff get a reference and the log the place.
    app.register_error_handler(Exception, _unexpected)


def _page(status: int, page: tuple[str, str] | None = None) -> ResponseReturnValue:
    reference = uuid.uuid4().hex[:12]
    title, advice = page or _PAGES.get(status, _PAGES[400])
    level = logging.ERROR if status >= _SERVER_ERROR else logging.INFO
    where = f"{request.method} {request.endpoint or 'no route'}"
    _LOG.log(level, "error page %s: %s at %s", reference, status, where)
    body = render_template("error.html", title=title, advice=advice, reference=reference)
    return body, status


def _unavailable(error: StoreUnavailableError) -> ResponseReturnValue:
    _LOG.error("the database is unavailable: %s", describe(error))
    return _page(503)


def _forged(_error: CSRFError) -> ResponseReturnValue:
    return _page(400, ("The form is too old", "Go back, reload the page and send it again."))


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or _SERVER_ERROR
    if status < _CLIENT_ERROR:
        return error.get_response()
    return _unexpected(error) if status >= _SERVER_ERROR else _page(status)


def _unexpected(error: Exception) -> ResponseReturnValue:
    _LOG.error("unexpected error: %s", describe(error))
    return _page(_SERVER_ERROR, _FAULT)
