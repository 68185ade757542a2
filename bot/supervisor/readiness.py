"""Asks a process over HTTP whether it is ready: ``python -m bot.supervisor.readiness URL``."""

from __future__ import annotations

import http.client
import sys
from typing import Final, Literal
from urllib.parse import urlsplit

Health = Literal["ready", "unready", "silent"]
_SECONDS: Final = 2.0
_OK: Final = 200


def probe(url: str) -> Health:
    """Returns `ready` for status 200, `unready` for another answer, `silent` for none."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_SECONDS)
    try:
        connection.request("GET", parts.path or "/", headers={"Connection": "close"})
        return "ready" if connection.getresponse().status == _OK else "unready"
    except (OSError, http.client.HTTPException):
        return "silent"
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if probe(sys.argv[1]) == "ready" else 1)
