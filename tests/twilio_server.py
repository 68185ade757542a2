"""A Twilio API that is generated from its OpenAPI description and fails as a test wants."""

from __future__ import annotations

import contextlib
import json
import random
import secrets
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jsonschema

from tests.loopback_server import serving
from tests.twilio_contract import PATH, form_schema

FAULTS = ("429", "500", "500-taken", "reset", "reset-taken", "slow", "slow-taken")
SLOW = 0.6


@dataclass
class TwilioServer:
    """What it was handed, and how it fails.

    Attributes:
        refuses: numbers that are refused, with Twilio's error code.
        fault_rate: how many of the requests fail, from 0 to 1.
    """

    document: dict[str, Any]
    account_sid: str
    refuses: dict[str, int] = field(default_factory=dict)
    fault_rate: float = 0.0
    taken: list[dict[str, str]] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self._random = random.Random(7)
        self.path = PATH.replace("{AccountSid}", self.account_sid)

    def fault(self) -> str | None:
        with self.lock:
            if self._random.random() >= self.fault_rate:
                return None
            name = self._random.choice(FAULTS)
            self.faults[name] = self.faults.get(name, 0) + 1
            return name

    def take(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Takes a message, or says what is wrong with it."""
        schema = form_schema(self.document)
        missing = [name for name in schema.get("required", ()) if name not in form]
        unknown = [name for name in form if name not in schema["properties"]]
        if missing or unknown:
            self.complaints.append(f"missing {missing}, unknown {unknown}")
            return 400, {"code": 20001, "message": "bad parameter", "status": 400}
        code = self.refuses.get(form["To"])
        if code is not None:
            return 400, {"code": code, "message": "refused", "status": 400}
        message = {**form, "sid": "SM" + secrets.token_hex(16), "created": formatdate()}
        with self.lock:
            self.taken.append(message)
        return 201, self.described(message)

    def described(self, message: dict[str, str]) -> dict[str, Any]:
        """Returns a message, checked against the description."""
        body = {
            "sid": message["sid"], "account_sid": self.account_sid, "body": message["Body"],
            "from": message["From"], "to": message["To"], "date_created": message["created"],
            "status": "queued", "error_code": None, "direction": "outbound-api",
        }  # fmt: skip
        schema = {
            **_nullable(self.document["components"]["schemas"]["api.v2010.account.message"]),
            "components": _nullable(self.document["components"]),
        }
        jsonschema.Draft202012Validator(schema).validate(body)
        return body

    def listed(self, query: dict[str, str]) -> dict[str, Any]:
        with self.lock:
            found = [m for m in reversed(self.taken) if m["To"] == query.get("To")]
        return {"messages": [self.described(m) for m in found], "next_page_uri": None}

    @contextlib.contextmanager
    def serving(self) -> Iterator[TwilioServer]:
        server = _Http(("127.0.0.1", 0), _Handler)
        server.twilio = self
        with serving(server) as self.url:
            yield self


def _nullable(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema has a second type."""
    if isinstance(schema, list):
        return [_nullable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _nullable(value) for key, value in schema.items()}
    if made.pop("nullable", False) and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    if made.get("format") in ("phone-number", "date-time-rfc-2822", "uri-map", "currency"):
        made.pop("format")
    return made


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    twilio: TwilioServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        form = dict(parse_qsl(self.rfile.read(length).decode(), strict_parsing=True))
        twilio = self.server.twilio
        if not self._is_right(urlsplit(self.path).path):
            return
        fault = twilio.fault()
        kind, _, when = (fault or "").partition("-")
        answer = twilio.take(form) if fault is None or when == "taken" else None
        if kind == "429":
            self._answer(429, {"code": 20429, "status": 429}, retry_after="0")
        elif kind == "500":
            self._answer(500, {"code": 20500, "status": 500})
        elif kind == "reset":
            self._reset()
        elif kind == "slow":
            time.sleep(SLOW)
            self._reset()
        elif answer is not None:
            self._answer(*answer)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if self._is_right(parts.path):
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self._answer(200, self.server.twilio.listed(query))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        pass

    def _is_right(self, path: str) -> bool:
        right = path == self.server.twilio.path and self.headers.get(
            "Authorization", ""
        ).startswith("Basic ")
        if not right:
            self.server.twilio.complaints.append(f"{self.command} {path}")
            self._answer(404, {"code": 20404, "status": 404})
        return right

    def _reset(self) -> None:
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        with contextlib.suppress(OSError):
            self.connection.close()

    def _answer(self, status: int, body: dict[str, Any], retry_after: str = "") -> None:
        data = json.dumps(body).encode()
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            if retry_after:
                self.send_header("Retry-After", retry_after)
            self.end_headers()
            self.wfile.write(data)
