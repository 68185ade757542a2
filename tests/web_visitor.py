"""A visitor's browser, for tests of the chat API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

API = "/api/v1/conversations"


@dataclass
class Visitor:
    """A visitor's browser: one conversation and its token."""

    client: FlaskClient
    id: str
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def post(self, path: str, body: Any) -> TestResponse:
        return self.client.post(f"{API}/{self.id}/{path}", json=body, headers=self.headers)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(f"{API}/{self.id}/{path}", headers={**self.headers, **headers})

    def say(self, text: str, client_message_id: str = "m1") -> TestResponse:
        return self.post("messages", {"client_message_id": client_message_id, "text": text})
