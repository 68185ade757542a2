"""The demo site at `/`, as a clinic would have it, and the chat alone at `/chat`."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, render_template, url_for

from bot.channels.web.auth import open_to_anyone
from bot.channels.web.site import current_site

page: Final = Blueprint("page", __name__)
_STATIC: Final = Path(__file__).resolve().parent / "static"


@page.get("/", defaults={"language": "en"})
@page.get("/<any(es):language>/")
@open_to_anyone
def demo(language: str) -> Response:
    """Shows a small website of the clinic with the widget on it."""
    return _shown(f"demo.{language}.html")


@page.get("/chat", defaults={"language": "en"})
@page.get("/<any(es):language>/chat")
@open_to_anyone
def chat(language: str) -> Response:
    """Shows the widget as a page of its own, to link to where no script can be embedded."""
    return _shown("chat.html", lang=language)


def _shown(template: str, **further: str) -> Response:
    texts = current_site().core.texts
    body = render_template(
        template, clinic=texts.clinic_name, phone=texts.clinic_phone, asset=_asset, **further
    )
    return Response(body, mimetype="text/html")


def _asset(name: str) -> str:
    """Returns a file's address, which changes when the file does."""
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
