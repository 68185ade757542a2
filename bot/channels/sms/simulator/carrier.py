"""What the simulated provider knows: texts sent, numbers blocked, failures to come."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any, Final

from bot.conversation.service import utc_now
from bot.conversation.texting.commands import START_WORDS, STOP_WORDS

#: Twilio's own codes: the recipient has replied STOP; the number is no phone number.
OPTED_OUT: Final = 21610
INVALID_NUMBER: Final = 21211
#: Numbers that Twilio and carriers would refuse; 555-0199 stands for them here.
BAD_NUMBER: Final = "+12025550199"
_BAD_REQUEST: Final = 400
_CREATED: Final = 201
_TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True)
class SentText:
    """A text that was handed over."""

    sid: str
    sender: str
    to: str
    body: str
    status_callback: str
    created_at: dt.datetime


class Carrier:
    """The provider's memory; used by several threads at once."""

    def __init__(self, account_sid: str, on_text: Callable[[SentText], None]) -> None:
        """Starts with nothing sent and nobody blocked.

        Args:
            account_sid: whose texts are taken.
            on_text: is told of every text that was taken.
        """
        self.account_sid = account_sid
        self._on_text = on_text
        self._lock = threading.Lock()
        self._sent: list[SentText] = []
        self._blocked: set[str] = set()
        self._faults: list[str] = []
        #: The final status that texts get from here on.
        self.final_status = "delivered"

    @property
    def sent(self) -> tuple[SentText, ...]:
        """Every text that was taken, oldest first."""
        with self._lock:
            return tuple(self._sent)

    def fail_next(self, *faults: str) -> None:
        """Makes the next requests fail, in this order: `429`, `500`, `drop` or `lose`.

        `drop` ends the connection before the text is taken, `lose` after it.
        """
        with self._lock:
            self._faults.extend(faults)

    def next_fault(self) -> str | None:
        """Takes the next failure, if one was asked for."""
        with self._lock:
            return self._faults.pop(0) if self._faults else None

    def hear(self, person: str, words: str) -> str | None:
        """Acts upon a keyword as a carrier does; returns what it texts back."""
        plain = words.strip().lower()
        with self._lock:
            if plain in STOP_WORDS:
                self._blocked.add(person)
                return "You have been unsubscribed and will receive no more messages."
            if plain in START_WORDS and person in self._blocked:
                self._blocked.discard(person)
                return "You have been re-subscribed to messages from this number."
        return None

    def take(self, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Takes a text; returns the status and the JSON object of the answer."""
        to, body = form.get("To", ""), form.get("Body", "")
        if to == BAD_NUMBER or not to or not body:
            return _BAD_REQUEST, _error(INVALID_NUMBER, "The number is no phone number.")
        with self._lock:
            if to in self._blocked:
                return _BAD_REQUEST, _error(OPTED_OUT, "The recipient has replied STOP.")
            text = SentText(
                "SM" + secrets.token_hex(16),
                form.get("From", ""),
                to,
                body,
                form.get("StatusCallback", ""),
                utc_now(),
            )
            self._sent.append(text)
        self._on_text(text)
        return _CREATED, self.described(text)

    def listed(self, to: str, sender: str) -> dict[str, Any]:
        """Returns the texts between two numbers, newest first."""
        found = [t for t in reversed(self.sent) if t.to == to and t.sender == sender]
        return {"messages": [self.described(text) for text in found], "next_page_uri": None}

    def described(self, text: SentText) -> dict[str, Any]:
        """Returns a text as Twilio's API describes it."""
        return {
            "sid": text.sid,
            "account_sid": self.account_sid,
            "from": text.sender,
            "to": text.to,
            "body": text.body,
            "status": "queued",
            "direction": "outbound-api",
            "date_created": format_datetime(text.created_at),
            "error_code": None,
            "num_segments": "1",
        }


def throttled() -> tuple[int, dict[str, Any]]:
    """Returns the answer to one request too many."""
    return _TOO_MANY, _error(20429, "Too many requests.")


def _error(code: int, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "status": _BAD_REQUEST}
