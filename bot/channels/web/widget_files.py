"""The widget's files as any website may load them: `/widget.js`, and what that loads further."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, send_from_directory

from bot.channels.web.auth import open_to_anyone

widget_files: Final = Blueprint("widget_files", __name__)
_FOLDER: Final = Path(__file__).resolve().parent / "static" / "widget"
_MINUTES: Final = "public, max-age=600, stale-while-revalidate=86400"


@widget_files.get("/widget.js")
@open_to_anyone
def loader() -> Response:
    """Serves the loader, the one line that a website has."""
    return _shared(send_from_directory(_FOLDER, "loader.js", mimetype="text/javascript"))


@widget_files.get("/widget/<path:name>")
@open_to_anyone
def file(name: str) -> Response:
    """Serves what the loader loads: the chat itself and its texts."""
    return _shared(send_from_directory(_FOLDER, name))


def _shared(response: Response) -> Response:
    response.headers["Cache-Control"] = _MINUTES
    # Public files, the same for everyone: any page may load them, also with an integrity hash.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
