"""Asks the action server's triage directly, for messages that no dialogue answers."""

from __future__ import annotations

import json
from typing import Any, Final

import urllib3
from urllib3.exceptions import HTTPError

from bot.adapters.rasa_reply import parsed_decision
from bot.conversation.errors import DialogueError
from bot.conversation.model import DialogueRequest
from knowledge.decision import Decision

_OK: Final = 200


class TriageClient:
    """Implements `bot.conversation.ports.Triage` over `POST /triage`."""

    def __init__(self, base_url: str, timeout: float) -> None:
        """Prepares the connection; nothing is connected yet.

        Args:
            base_url: where the action server listens.
            timeout: seconds that one message may take.
        """
        self._url = f"{base_url.rstrip('/')}/triage"
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(total=timeout))

    def decide(self, request: DialogueRequest) -> Decision:
        """Returns what triage makes of a message.

        Raises:
            DialogueError: if there is no usable decision in time.
        """
        question: dict[str, Any] = {
            "text": request.text,
            "channel": request.channel.value,
            "previous": list(request.previous),
        }
        try:
            response = self._pool.request(
                "POST", self._url, body=json.dumps(question).encode(),
                headers={"Content-Type": "application/json"}, redirect=False,
            )  # fmt: skip
        except HTTPError as error:
            raise DialogueError("unreachable", type(error).__name__) from error
        if response.status != _OK:
            raise DialogueError("status", f"HTTP {response.status}")
        decision = _decision(response.data)
        if decision is None:
            raise DialogueError("malformed", "a decision that cannot be read")
        return decision


def _decision(body: bytes) -> Decision | None:
    try:
        return parsed_decision(json.loads(body))
    except ValueError:
        return None
