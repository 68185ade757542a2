"""Serves an app on a free port, for browsers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

from bot.desk.site import EXTENSION


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serves until the block ends; yields the address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    current = app.extensions[EXTENSION]
    current.changes.is_alive = lambda: False  # ends the streams of pages that were left open
    server.shutdown()
    thread.join()
    server.server_close()
