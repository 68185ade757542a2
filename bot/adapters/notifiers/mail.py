"""E-mail over SMTP, with TLS."""

from __future__ import annotations

import contextlib
import hashlib
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from bot.adapters.notifiers.errors import NotifierError

_TIMEOUT: Final = 8.0
_LOCAL: Final = ("localhost", "127.0.0.1", "::1")


class Mailer:
    """Sends mail through one server.

    `smtps://` speaks TLS from the start; `smtp://` asks for it (STARTTLS) and refuses to send
    without, except to this machine.
    """

    def __init__(self, url: str, sender: str) -> None:
        self._url, self._sender = urlsplit(url), sender

    def send(self, to: str, subject: str, text: str, key: str) -> None:
        """Hands one message to the server.

        Args:
            to: the address.
            subject: one line.
            text: the message.
            key: becomes the Message-ID, by which mailboxes drop a repeat.

        Raises:
            NotifierError: if the server did not take it.
        """
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, to, subject
        domain = self._sender.rpartition("@")[2].rstrip(">")
        message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            with self._connection() as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise NotifierError(f"the mail server failed ({_reason(error)})") from error

    @contextlib.contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        url = self._url
        host, port = url.hostname or "", url.port
        trusted = ssl.create_default_context()
        if url.scheme == "smtps":
            made: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=_TIMEOUT, context=trusted
            )
        else:
            made = smtplib.SMTP(host, port or 587, timeout=_TIMEOUT)
        with made as server:
            if url.scheme == "smtp" and host not in _LOCAL:
                server.starttls(context=trusted)
            _log_in(server, url)
            yield server


def _log_in(server: smtplib.SMTP, url: SplitResult) -> None:
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))


def _reason(error: Exception) -> str:
    # A server's answer may repeat the address: only its code goes on.
    code = getattr(error, "smtp_code", None)
    return f"code {code}" if code else type(error).__name__
