"""The simulated provider's API: `POST` and `GET` of `Messages.json`."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from bot.channels.sms.simulator.carrier import Carrier, throttled
from bot.setting_values import Bind

_MAX_BODY: Final = 64 * 1024


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        """Remembers the connection: it ends with the server."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """Forgets the connection."""
        self.server.connections.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def do_POST(self) -> None:
        """Takes a text."""
        length = min(int(self.headers.get("Content-Length", "0")), _MAX_BODY)
        form = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
        if not self._is_ours():
            return self._answer(404, {"code": 20404, "message": "Not found."})
        fault = self.server.carrier.next_fault()
        if fault == "429":
            return self._answer(*throttled(), retry_after="1")
        if fault == "500":
            return self._answer(500, {"code": 20500, "message": "Internal server error."})
        if fault == "drop":
            return self._hang_up()
        answer = self.server.carrier.take(form)
        return self._hang_up() if fault == "lose" else self._answer(*answer)

    def do_GET(self) -> None:
        """Lists texts."""
        query = dict(parse_qsl(urlsplit(self.path).query))
        if not self._is_ours():
            return self._answer(404, {"code": 20404, "message": "Not found."})
        listed = self.server.carrier.listed(query.get("To", ""), query.get("From", ""))
        return self._answer(200, listed)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Says nothing: requests hold phone numbers."""

    def _is_ours(self) -> bool:
        account = self.server.carrier.account_sid
        return urlsplit(self.path).path == f"/2010-04-01/Accounts/{account}/Messages.json"

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, status: int, body: dict[str, Any], retry_after: str = "") -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(data)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    carrier: Carrier

    def __init__(self, *arguments: Any) -> None:
        self.connections: set[socket.socket] = set()
        super().__init__(*arguments)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of a caller that went away, as a killed worker does."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class SimulatorServer:
    """Serves a carrier on this machine."""

    def __init__(self, bind: Bind, carrier: Carrier) -> None:
        """Takes the port.

        Raises:
            OSError: if somebody else has it.
        """
        self._server = _Server((bind.host, bind.port), _Handler)
        self._server.carrier = carrier

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return Bind("127.0.0.1", self._server.server_address[1]).url

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Serves until the block ends."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()
            for connection in list(self._server.connections):
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
