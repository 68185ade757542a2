"""Texting from the terminal: lines become texts, and texts that come back are shown."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from bot.channels.sms.simulator.carrier import Carrier, SentText
from bot.channels.sms.simulator.phone import Phone
from bot.sms_text import cut

HELP: Final = """\
A line is a text to the clinic. Commands:
  /from NUMBER   text from another phone, such as /from +12025550112
  /picture       send a picture without words
  /again         the provider delivers the last text once more
  /forge TEXT    deliver a text that is not signed
  /fail WHAT     the next hand-over fails: 429, 500, drop (not taken) or lose (taken, no answer)
  /status WHAT   from here on texts end as: delivered, undelivered or failed
  /quit          leave"""
_FAULTS: Final = ("429", "500", "drop", "lose")
_STATUSES: Final = ("delivered", "undelivered", "failed")
_ERRORS: Final = {"undelivered": "30003", "failed": "30008"}


class Reporter:
    """Reports on each text that was taken: sent, then how it ended."""

    def __init__(self, phone: Phone, say: Callable[[str], None]) -> None:
        self._phone, self._say = phone, say
        self._texts: queue.Queue[tuple[Carrier, SentText] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="reports", daemon=True)
        self._thread.start()

    def took(self, carrier: Carrier, text: SentText) -> None:
        """Shows a text and reports on it in the background."""
        count = len(cut(text.body).segments)
        self._say(f"{text.to} <- {text.body}\n   [{count} segment{'s' if count > 1 else ''}]")
        self._texts.put((carrier, text))

    def close(self) -> None:
        """Ends when every report is out."""
        self._texts.put(None)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while (item := self._texts.get()) is not None:
            carrier, text = item
            if text.status_callback:
                self._phone.report(text.status_callback, text.sid, "sent")
                final = carrier.final_status
                self._phone.report(text.status_callback, text.sid, final, _ERRORS.get(final, ""))


class Talk:
    """What the lines of one person at the terminal do."""

    def __init__(
        self, carrier: Carrier, phone: Phone, clinic: str, person: str, say: Callable[[str], None]
    ) -> None:
        self._carrier, self._phone, self._say = carrier, phone, say
        self.clinic, self.person = clinic, person
        self._last: tuple[str, str, int] | None = None

    def handle(self, line: str) -> bool:
        """Does what a line says; tells whether to go on."""
        command, _, rest = line.strip().partition(" ")
        if command == "/quit":
            return False
        actions: dict[str, Callable[[str], None]] = {
            "/help": lambda _rest: self._say(HELP),
            "/from": self._change_phone,
            "/picture": lambda _rest: self._text("", media=1),
            "/again": lambda _rest: self._again(),
            "/forge": self._forge,
            "/fail": self._fail,
            "/status": self._set_status,
        }
        if command in actions:
            actions[command](rest.strip())
        elif command.startswith("/"):
            self._say(f"{command} is no command. {HELP}")
        elif line.strip():
            self._text(line.rstrip("\r\n"))
        return True

    def _text(self, body: str, media: int = 0) -> None:
        said = self._carrier.hear(self.person, body)
        sid, status = self._phone.text(self.person, self.clinic, body, media=media)
        self._last = (sid, body, media)
        self._tell(status)
        if said is not None:
            self._say(f"{self.person} <- [the provider itself] {said}")

    def _again(self) -> None:
        if self._last is None:
            self._say("Nothing was texted yet.")
            return
        sid, body, media = self._last
        _, status = self._phone.text(self.person, self.clinic, body, sid=sid, media=media)
        self._say(f"Delivered once more, HTTP {status}; nothing new must come of it.")

    def _forge(self, rest: str) -> None:
        status = self._phone.forge(self.person, self.clinic, rest or "forged")
        verdict = "refused, as it must be" if status == HTTPStatus.FORBIDDEN else "NOT refused"
        self._say(f"HTTP {status}: {verdict}.")

    def _change_phone(self, rest: str) -> None:
        if rest.startswith("+") and rest[1:].isdigit():
            self.person = rest
        self._say(f"You text from {self.person}.")

    def _fail(self, rest: str) -> None:
        if rest in _FAULTS:
            self._carrier.fail_next(rest)
            self._say(f"The next hand-over fails: {rest}.")
        else:
            self._say(f"Give one of {', '.join(_FAULTS)}.")

    def _set_status(self, rest: str) -> None:
        if rest in _STATUSES:
            self._carrier.final_status = rest
            self._say(f"From here on texts end as {rest}.")
        else:
            self._say(f"Give one of {', '.join(_STATUSES)}.")

    def _tell(self, status: int) -> None:
        if status == 0:
            self._say("The clinic's site does not answer. Is `make run` running?")
        elif status != HTTPStatus.OK:
            self._say(f"The clinic's site answered HTTP {status}.")
