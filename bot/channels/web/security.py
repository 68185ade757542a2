"""Response headers that keep the page to its own files and words."""

from __future__ import annotations

import time
from typing import Final

from flask import Flask, Response, g, request

from bot.channels.web.site import current_site

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_YEAR: Final = "public, max-age=31536000, immutable"
_STREAM: Final = "text/event-stream"
#: Its files may be loaded, and kept for a while, by other websites.
_SHARED: Final = "widget_files"


def register_headers(app: Flask) -> None:
    """Adds the headers to every response, and times it."""
    app.before_request(_start_clock)
    app.after_request(_finish)


def _start_clock() -> None:
    g.started = time.perf_counter()


def _is_versioned() -> bool:
    return request.endpoint in ("static", f"{_SHARED}.file") and bool(request.args.get("v"))


def _finish(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if _is_versioned():
        response.headers["Cache-Control"] = _YEAR
    elif request.blueprint != _SHARED:
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if response.mimetype != _STREAM:
        took = time.perf_counter() - g.get("started", time.perf_counter())
        endpoint = request.endpoint or "none"
        current_site().metrics.requests.labels(endpoint, response.status_code).observe(took)
    return response
