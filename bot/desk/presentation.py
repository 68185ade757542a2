"""What templates can use: plain words, times, addresses of files."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from flask import Flask, url_for
from flask_login import current_user
from markupsafe import Markup

from bot.desk import words
from bot.desk.site import Site
from bot.desk.texting import texting_facts
from bot.desk.times import duration, moment
from bot.markup import markdown_to_html

_STATIC: Final = Path(__file__).resolve().parent / "static"
_DIALABLE: Final = re.compile(r"\+?[0-9][0-9 ().-]{5,24}")
_MAILABLE: Final = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,189}")


def register_presentation(app: Flask, site: Site) -> None:
    """Gives the app's templates their words and filters."""

    def local(at: dt.datetime) -> str:
        return moment(at, site.zone)

    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {
        "duration": duration,
        "moment": local,
        "markdown": markdown,
        "contact_address": contact_address,
    }
    app.context_processor(lambda: _context(site))


def markdown(text: str) -> Markup:
    """Renders the assistant's words without links: staff read what was said, no more."""
    # Cleaned to a short list of tags, so it is safe as it is.
    return Markup(markdown_to_html(text, links=False))  # noqa: S704 - is escaped there


def contact_address(value: str) -> str | None:
    """Returns a `tel:` or `mailto:` address of contact details, or None when unsure."""
    if _DIALABLE.fullmatch(value):
        return "tel:" + re.sub(r"[^0-9+]", "", value)
    return f"mailto:{value}" if _MAILABLE.fullmatch(value) else None


def _context(site: Site) -> dict[str, Any]:
    return {
        "account": current_user,
        "asset": _asset,
        "clinic_name": site.clinic_name,
        "is_local": site.settings.mode == "local",
        "questions": site.questions,
        "texting_facts": partial(texting_facts, site.database),
        "words": words,
    }


def _asset(name: str) -> str:
    """Returns a file's address, which changes when the file does."""
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
