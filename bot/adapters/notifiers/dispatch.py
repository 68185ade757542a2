"""Handing a page to the notifier of its target."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Final

from bot.adapters.notifiers import wording
from bot.adapters.notifiers.errors import NotifierError
from bot.adapters.notifiers.mail import Mailer
from bot.adapters.notifiers.texts import NoTexts
from bot.adapters.notifiers.webhook import Webhook
from bot.conversation.errors import TextNotSentError
from bot.conversation.paging import Page
from bot.conversation.ports import TextSender
from bot.settings import Settings

_LOG: Final = logging.getLogger(__name__)


class Notifiers:
    """Every way in which staff can be told."""

    def __init__(
        self, settings: Settings, zone: dt.tzinfo, texts: TextSender | None = None
    ) -> None:
        """Prepares them; nothing is connected yet.

        Args:
            settings: servers, addresses and secrets.
            zone: the clinic's time zone, for the moments in messages.
            texts: who sends text messages; nobody by default.
        """
        self._desk_url, self._zone = settings.desk_url, zone
        self._mail = Mailer(settings.smtp_url, settings.smtp_from)
        self._webhook = Webhook(settings.webhook_url, settings.webhook_secret)
        self._texts = texts or NoTexts()

    def send(self, page: Page) -> None:
        """Hands a page over.

        Raises:
            NotifierError: if it was not taken; the same call may succeed later.
        """
        target, text = page.target, wording.text(page, self._desk_url, self._zone)
        if target.kind == "mailto":
            self._mail.send(target.address, wording.subject(page), text, page.key)
        elif target.kind == "webhook":
            self._webhook.send(text, page.key)
        elif target.kind == "sms":
            self._text(target.address, text, page.key)
        else:
            _LOG.warning("page: %s, case %s", wording.subject(page), page.case_id)

    def mail(self, to: str, subject: str, text: str, key: str) -> None:
        """Sends one e-mail that is no page.

        Raises:
            NotifierError: if it was not taken.
        """
        self._mail.send(to, subject, text, key)

    def _text(self, to: str, text: str, key: str) -> None:
        try:
            self._texts.send(to, text, key)
        except TextNotSentError as error:
            raise NotifierError(str(error)) from error
