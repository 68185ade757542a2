"""What becomes of a message that comes over a limit: danger is taken in, the rest may wait."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import urllib3
from urllib3.exceptions import HTTPError

from bot.assembly import Core
from bot.conversation.text import checked_text

_SECONDS: Final = 2.0
_OK: Final = 200
#: What triage calls a message that only found no answer: no reason to go past a limit.
_NO_DANGER: Final = (None, "unanswerable", "failure", "language")


class DangerCheck:
    """Tells whether a message must reach staff although it came too soon."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._pool = urllib3.PoolManager(retries=False)

    def is_red_line(self, text: str, previous: Sequence[str] = (), *, in_full: bool) -> bool:
        """Tells whether the message crosses a red line.

        Args:
            text: the message.
            previous: the visitor's last messages before it, newest last.
            in_full: whether to ask triage, the model included, when the wording shows nothing.
        """
        checked_text(text, self._core.settings.max_message_chars)
        found = self._core.texts.holding(text, "over a limit").escalation
        if found is not None and found.category not in _NO_DANGER:
            return True
        return in_full and self._triage_says(text, previous)

    def _triage_says(self, text: str, previous: Sequence[str]) -> bool:
        asked = {"text": text, "channel": "web", "previous": list(previous)}
        try:
            response = self._pool.request(
                "POST",
                f"{self._core.settings.actions_url}/triage",
                body=json.dumps(asked).encode(),
                headers={"Content-Type": "application/json"},
                timeout=urllib3.Timeout(total=_SECONDS),
            )
            decision = json.loads(response.data) if response.status == _OK else None
        except (HTTPError, ValueError):
            decision = None
        if not isinstance(decision, dict):
            return True  # nobody could tell: taken in, so that it reaches staff
        return decision.get("route") == "escalate" and decision.get("category") not in _NO_DANGER
