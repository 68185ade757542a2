"""What a provider has to do; the channel and the worker know no more of one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlencode

from bot.adapters.sms.errors import BadWebhookError
from bot.conversation.texting.model import (
    IncomingText,
    OutgoingText,
    StatusReport,
    TextState,
)
from bot.conversation.texting.ports import Gateway

_NUMBER: Final = re.compile(r"\+?[0-9]{3,15}")
_LONGEST_ID: Final = 128
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request from a provider.

    Attributes:
        url: the address that the provider called, as the world outside sees it.
        headers: with names in lower case.
        body: exactly as received; signatures are made over it.
        form: the fields of a form body, each with all of its values.
        query: the fields of the address.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    form: Mapping[str, Sequence[str]]
    query: Mapping[str, str]

    def field(self, name: str) -> str:
        """Returns the first value of a form field; empty when it is missing."""
        values = self.form.get(name)
        return values[0] if values else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider wants to hear when a request was taken."""

    body: str = ""
    content_type: str = "text/plain"
    status: int = _OK


class Provider(Gateway, Protocol):
    """One account with one provider."""

    #: What the provider wants to hear.
    answer: Answer

    def verify(self, webhook: Webhook) -> None:
        """Returns when the provider has signed exactly this request.

        Raises:
            BadSignatureError: if it has not, or too long ago.
        """
        ...

    def incoming(self, webhook: Webhook) -> tuple[IncomingText, ...]:
        """Returns the texts that a verified request delivers.

        Raises:
            BadWebhookError: naming the field that is wrong.
        """
        ...

    def reports(self, webhook: Webhook) -> tuple[StatusReport, ...]:
        """Returns what a verified request reports about texts.

        Raises:
            BadWebhookError: naming the field that is wrong.
        """
        ...


def report_address(status_url: str, text: OutgoingText) -> str:
    """Returns where to report on a text: with our name for it, should the answer be lost."""
    return f"{status_url}?{urlencode({'text': text.ref})}"


def report_on(
    gateway: str,
    webhook: Webhook,
    sid: str,
    state: TextState,
    error: str | None,
    opted_out: str,
) -> StatusReport:
    """Returns what a provider reports about one text.

    Args:
        gateway: the gateway's name.
        webhook: the request; its address may carry our own name for the text.
        sid: the provider's id of the text.
        state: how far it is, in the provider's words for it.
        error: the provider's error code.
        opted_out: the code that says that the person has opted out.
    """
    reached = TextState.BLOCKED if error == opted_out else state
    return StatusReport(gateway, sid, reached, webhook.query.get("text"), error)


def checked_number(value: object, field: str) -> str:
    """Returns a phone number or short code.

    Raises:
        BadWebhookError: if it is none.
    """
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise BadWebhookError(f"{field}: is no phone number")
    return value


def checked_id(value: object, field: str) -> str:
    """Returns a provider's id.

    Raises:
        BadWebhookError: if it is missing or too long.
    """
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_ID or not value.isascii():
        raise BadWebhookError(f"{field}: give 1 to {_LONGEST_ID} plain characters")
    return value
