"""Serves the public site with a scripted dialogue, and pages of a clinic that embed the widget."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from flask import Flask, Response
from werkzeug.serving import BaseWSGIServer, make_server

from bot.adapters.database.visits import SqlVisits
from bot.assembly import Core
from bot.channels.web.app import create_app
from bot.channels.web.streams import EventStreams, Pace
from bot.settings import load_settings
from tests.scripted_dialogue import Clinic, PlainTexts

_PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Clinic</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head>
<body><main><h1>A clinic</h1><p>Words.</p><a href="#x">A link</a>{body}</main></body></html>"""


class Site:
    """The public site on a port of its own; it can be stopped and started again on that port."""

    def __init__(self, clinic: Clinic, folder: Path, **settings: str) -> None:
        generous = dict.fromkeys(("VISITOR", "ADDRESS", "STARTS", "READS"), "100000/minute")
        environ = {f"FAQBOT_LIMIT_{name}": rate for name, rate in generous.items()}
        environ |= {"FAQBOT_VAR": str(folder), "FAQBOT_WEB_ORIGINS": "*"}
        self._settings = load_settings({**environ, **settings})
        self._clinic = clinic
        self._port = 0
        self._stop: list[Any] = []
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Starts serving, on the same port as before."""
        core = Core(self._settings)
        clinic = self._clinic
        parts = {"database": clinic.database, "store": clinic.store, "desk": clinic.desk}
        parts |= {"texts": cast(Any, PlainTexts()), "conversations": clinic.conversations}
        parts["web_visits"] = SqlVisits(clinic.database, clinic.clock)
        vars(core).update(parts)
        streams = EventStreams(16, Pace(look=0.05, heartbeat=2.0))
        self.app = create_app(self._settings, core, streams=streams)
        server = _server(self.app, self._port)
        self._port = server.server_port
        self._stop = [streams.stop, *_run(server)]

    def stop(self) -> None:
        """Stops serving, as a restart does."""
        for step in self._stop:
            step()
        self._stop = []


def clinic_page(site: str, *, head: str = "", body: str = "", lang: str = "en", **data: str) -> str:
    """Returns a clinic's page with the widget's one line on it.

    Args:
        site: where the public site is.
        head: further markup in the head.
        body: further markup in the body.
        lang: the page's language.
        data: data attributes of the line, with `_` for `-`; `nonce` and `integrity` stay as is.
    """
    plain = ("nonce", "integrity", "crossorigin")
    attributes = " ".join(
        f'{name if name in plain else "data-" + name.replace("_", "-")}="{value}"'
        for name, value in data.items()
    )
    line = f'<script async src="{site}/widget.js" {attributes}></script>'
    return _PAGE.format(lang=lang, head=head + line, body=body)


@contextmanager
def serving(pages: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serves pages by path on another origin; yields its address."""
    app = Flask("clinic")

    @app.get("/")
    @app.get("/<path:path>")
    def page(path: str = "") -> Response:
        if path not in pages:
            return Response(status=404)
        return Response(pages[path], headers=dict(headers or {}), mimetype="text/html")

    server = _server(app, 0)
    steps = _run(server)
    yield f"http://127.0.0.1:{server.server_port}"
    for step in steps:
        step()


def _server(app: Flask, port: int) -> BaseWSGIServer:
    return make_server("127.0.0.1", port, app, threaded=True)


def _run(server: BaseWSGIServer) -> tuple[Any, ...]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    return server.shutdown, thread.join, server.server_close
