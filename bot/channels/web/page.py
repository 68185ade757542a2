"""The demo site at `/`, as a clinic would have it, and the plain chat page at `/chat`."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, render_template, url_for
from markupsafe import Markup

from bot.channels.web.auth import open_to_anyone
from bot.channels.web.markup import markdown_to_html
from bot.channels.web.site import current_site

page: Final = Blueprint("page", __name__)
_STATIC: Final = Path(__file__).resolve().parent / "static"


@page.get("/", defaults={"language": "en"})
@page.get("/<any(es):language>/")
@open_to_anyone
def demo(language: str) -> Response:
    """Shows a small website of the clinic with the widget on it."""
    site = current_site()
    body = render_template(
        f"demo.{language}.html",
        clinic=site.core.texts.clinic_name,
        phone=site.core.texts.clinic_phone,
        asset=_asset,
    )
    return Response(body, mimetype="text/html")


@page.get("/chat")
@open_to_anyone
def chat() -> Response:
    """Shows the chat as a page of its own, to link to where no script can be embedded."""
    site = current_site()
    notice = site.core.texts.notice("en")
    body = render_template(
        "chat.html",
        clinic=site.core.texts.clinic_name,
        # Cleaned to a short list of tags by `markup`, so it is safe as it is.
        notice=Markup(markdown_to_html(notice.text)),  # noqa: S704
        asset=_asset,
    )
    return Response(body, mimetype="text/html")


def _asset(name: str) -> str:
    """Returns a file's address, which changes when the file does."""
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
