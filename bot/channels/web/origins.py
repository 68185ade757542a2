"""Which websites may call the API from their pages: an allow-list, and nothing from elsewhere.

Browsers name the page's site in `Origin`. The token is sent in a header, never as a cookie, so
that no browser adds it by itself and rules about third-party cookies do not matter.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

from bot.channels.web.problems import ProblemError
from bot.channels.web.site import current_site

_API: Final = "/api/"
_METHODS: Final = "GET, POST"
_HEADERS: Final = "Authorization, Content-Type, Last-Event-ID"
_EXPOSED: Final = "Retry-After"
_DAY: Final = "86400"
ANY: Final = "*"


def register_origins(app: Flask) -> None:
    """Refuses calls from pages of other sites, and answers browsers that ask beforehand."""
    app.before_request(_check)
    app.after_request(_allow)


def _check() -> Response | None:
    if not request.path.startswith(_API):
        return None
    origin = request.headers.get("Origin")
    if origin is not None and not _is_allowed(origin):
        title = "Pages of this website may not use the chat."
        fix = "The clinic can add its website to FAQBOT_WEB_ORIGINS."
        raise ProblemError(403, "origin-not-allowed", title, fix)
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        return _preflight()
    return None


def _preflight() -> Response:
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = _METHODS
    response.headers["Access-Control-Allow-Headers"] = _HEADERS
    response.headers["Access-Control-Max-Age"] = _DAY
    return response


def _allow(response: Response) -> Response:
    if not request.path.startswith(_API):
        return response
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    if origin is not None and _is_allowed(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    return response


def _is_allowed(origin: str) -> bool:
    settings, asked = current_site().settings, origin.lower()
    own = {f"{request.scheme}://{request.host}".lower(), settings.public_url.lower()}
    return asked in own or asked in settings.web_origins or ANY in settings.web_origins
