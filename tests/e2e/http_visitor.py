"""A visitor who speaks to the public site over HTTP."""

from __future__ import annotations

import json
import uuid
from typing import Any, Final

import urllib3

_SECONDS: Final = 30.0


class HttpVisitor:
    """One conversation, opened over the chat API."""

    def __init__(self, web: str) -> None:
        self._pool = urllib3.PoolManager(retries=False, timeout=_SECONDS)
        self._api = f"{web}/api/v1/conversations"
        status, created = self.request("POST", "", {})
        assert status == 201, created
        self.id: str = created["id"]
        self.token: str = created["token"]
        self.notice: dict[str, Any] = created["notice"]

    def say(self, text: str, client_message_id: str | None = None) -> dict[str, Any]:
        """Sends a message and returns its only reply, or fails."""
        replies = self.exchange(text, client_message_id)["replies"]
        assert len(replies) == 1, replies
        reply: dict[str, Any] = replies[0]
        return reply

    def exchange(self, text: str, client_message_id: str | None = None) -> dict[str, Any]:
        """Sends a message and returns the whole answer."""
        body = {"client_message_id": client_message_id or uuid.uuid4().hex, "text": text}
        status, answer = self.request("POST", f"/{self.id}/messages", body)
        assert status == 200, answer
        return answer

    def messages(self) -> list[dict[str, Any]]:
        """Returns the conversation as the site keeps it."""
        status, answer = self.request("GET", f"/{self.id}/messages")
        assert status == 200, answer
        messages: list[dict[str, Any]] = answer["messages"]
        return messages

    def request(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Sends any request below the conversations and returns status and body."""
        if hasattr(self, "token"):
            headers = {"Authorization": f"Bearer {self.token}", **headers}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        response = self._pool.request(
            method, self._api + path, body=None if body is None else raw, headers=headers
        )
        return response.status, response.json() if response.data else {}

    def close(self) -> None:
        """Closes the connections."""
        self._pool.clear()
