"""A generic gateway: signed JSON over HTTP, for a provider that has no file of its own yet.

Both directions are signed alike: `X-Faqbot-Signature: t=<unix seconds>,v1=<hex>`, where `v1` is
HMAC-SHA256 over `<t>.<url>.<body>` with the shared secret. docs/sms.md describes the bodies.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from typing import Any, Final

from bot.adapters.sms.calls import CallTimes
from bot.adapters.sms.config import HttpAccount
from bot.adapters.sms.errors import BadSignatureError, BadWebhookError
from bot.adapters.sms.interfaces import (
    Webhook,
    checked_id,
    checked_number,
    report_address,
    report_on,
)
from bot.adapters.sms.json_api import JsonApi, parsed
from bot.conversation.texting.model import (
    IncomingText,
    Numbers,
    OutgoingText,
    Part,
    SendResult,
    StatusReport,
    TextState,
)

SIGNATURE: Final = "X-Faqbot-Signature"
_TOLERANCE: Final = 300
_HEADER: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
_STATES: Final = {
    "sent": TextState.SENT,
    "delivered": TextState.DELIVERED,
    "undelivered": TextState.UNDELIVERED,
    "failed": TextState.FAILED,
}
_MOST_PARTS: Final = 20


def sign(secret: str, url: str, body: bytes, at: int) -> str:
    """Returns the value of the signature header."""
    said = f"{at}.{url}.".encode() + body
    return f"t={at},v1={hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()}"


class HttpProvider(JsonApi):
    """Implements `bot.adapters.sms.interfaces.Provider`."""

    is_idempotent = True  # the gateway sends one text for one `Idempotency-Key`
    opted_out = "opted_out"
    refuses_whole = False

    def __init__(
        self, name: str, account: HttpAccount, status_url: str, times: CallTimes | None = None
    ) -> None:
        super().__init__(name, status_url, times)
        self._account = account

    def verify(self, webhook: Webhook) -> None:
        given = _HEADER.fullmatch(webhook.headers.get(SIGNATURE.lower(), ""))
        if given is None:
            raise BadSignatureError
        at = int(given.group(1))
        right = sign(self._account.secret, webhook.url, webhook.body, at)
        if not hmac.compare_digest(right, given.group(0)):
            raise BadSignatureError
        if abs(time.time() - at) > _TOLERANCE:
            raise BadSignatureError("too_old")

    def incoming(self, webhook: Webhook) -> tuple[IncomingText, ...]:
        return tuple(self._text(item) for item in _items(webhook.body, "messages"))

    def reports(self, webhook: Webhook) -> tuple[StatusReport, ...]:
        reports = []
        for item in _items(webhook.body, "reports"):
            state = _STATES.get(str(item.get("status")))
            if state is None:
                raise BadWebhookError(f"status: give one of {', '.join(_STATES)}")
            sid, error = checked_id(item.get("id"), "id"), self._error_in(item)
            reports.append(report_on(self._name, webhook, sid, state, error, self.opted_out))
        return tuple(reports)

    def send(self, text: OutgoingText) -> SendResult:
        body = json.dumps(
            {
                "ref": text.ref,
                "from": text.numbers.clinic,
                "to": text.numbers.person,
                "text": text.body,
                "status_url": report_address(self._status_url, text),
            }
        ).encode()
        url = self._account.send_url
        headers = {
            "Idempotency-Key": text.ref,
            SIGNATURE: sign(self._account.secret, url, body, int(time.time())),
        }
        return self._hand_over(url, headers, body)

    def _error_in(self, said: Mapping[str, Any]) -> str | None:
        error = said.get("error")
        return None if error is None else str(error)[:64]

    def _id_in(self, said: Mapping[str, Any]) -> object:
        return said.get("id")

    def _text(self, item: Mapping[str, Any]) -> IncomingText:
        media, part = item.get("media", 0), item.get("part")
        return IncomingText(
            Numbers(
                self._name,
                checked_number(item.get("to"), "to"),
                checked_number(item.get("from"), "from"),
            ),
            checked_id(item.get("id"), "id"),
            str(item.get("text") or ""),
            media=media if isinstance(media, int) and 0 <= media <= _MOST_PARTS else 0,
            part=Part() if part is None else _part(part),
        )


def _part(data: object) -> Part:
    if not isinstance(data, dict):
        raise BadWebhookError("part: give an object")
    number, total = data.get("number"), data.get("total")
    if not isinstance(number, int) or not isinstance(total, int):
        raise BadWebhookError("part.number, part.total: give whole numbers")
    if not 1 <= number <= total <= _MOST_PARTS:
        raise BadWebhookError(f"part.number, part.total: give 1 to {_MOST_PARTS}")
    return Part(checked_id(data.get("ref"), "part.ref")[:64], number, total)


def _items(body: bytes, name: str) -> list[dict[str, Any]]:
    data = parsed(body)
    items = data.get(name) if isinstance(data, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise BadWebhookError(f"{name}: give a list of objects")
    return items
