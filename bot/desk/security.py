"""Response headers that keep the desk to its own files."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: over HTTPS the CSRF check wants to see where a form was.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex, nofollow",
}
_YEAR: Final = "public, max-age=31536000, immutable"


def register_headers(app: Flask, *, is_https: bool) -> None:
    """Adds the headers to every response; pages with patients' words are never stored."""

    def finish(response: Response) -> Response:
        response.headers.update(_HEADERS)
        versioned = request.endpoint == "static" and request.args.get("v")
        response.headers["Cache-Control"] = _YEAR if versioned else "no-store"
        if is_https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    app.after_request(finish)
