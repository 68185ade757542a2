"""Telnyx: webhooks signed with Ed25519, messages by its v2 API.

Telnyx has neither an idempotency key nor a way to list messages, so a text whose answer was lost
waits for the status report, which carries our reference in its address.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.adapters.sms.calls import CallTimes
from bot.adapters.sms.config import TelnyxAccount
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
    Command,
    IncomingText,
    Numbers,
    OutgoingText,
    SendResult,
    StatusReport,
    TextState,
)

_TOLERANCE: Final = 300
_STATES: Final[Mapping[str, TextState]] = {
    "queued": TextState.SENT,
    "sending": TextState.SENT,
    "sent": TextState.SENT,
    "delivery_unconfirmed": TextState.SENT,
    "delivered": TextState.DELIVERED,
    "delivery_failed": TextState.UNDELIVERED,
    "sending_failed": TextState.FAILED,
    "expired": TextState.FAILED,
}
_KEYWORDS: Final[Mapping[str, Command]] = {
    "opt_out": Command.STOP,
    "stop": Command.STOP,
    "opt_in": Command.START,
    "start": Command.START,
    "help": Command.HELP,
}


class TelnyxProvider(JsonApi):
    """Implements `bot.adapters.sms.interfaces.Provider`."""

    is_idempotent = False
    #: "Blocked due to STOP message": a block rule of the messaging profile.
    opted_out = "40300"
    refuses_whole = True

    def __init__(
        self, name: str, account: TelnyxAccount, status_url: str, times: CallTimes | None = None
    ) -> None:
        super().__init__(name, status_url, times)
        self._account = account
        self._key = Ed25519PublicKey.from_public_bytes(base64.b64decode(account.public_key))

    def verify(self, webhook: Webhook) -> None:
        stamp = webhook.headers.get("telnyx-timestamp", "")
        if not stamp.isascii() or not stamp.isdigit():
            raise BadSignatureError
        try:
            signature = base64.b64decode(
                webhook.headers.get("telnyx-signature-ed25519", ""), validate=True
            )
            self._key.verify(signature, stamp.encode() + b"|" + webhook.body)
        except (binascii.Error, InvalidSignature, ValueError) as error:
            raise BadSignatureError from error
        if abs(time.time() - int(stamp)) > _TOLERANCE:
            raise BadSignatureError("too_old")

    def incoming(self, webhook: Webhook) -> tuple[IncomingText, ...]:
        event, payload = _event(webhook.body)
        if event != "message.received":
            return ()
        keyword = str(payload.get("autoresponse_type") or "").lower().replace("-", "_")
        media = payload.get("media")
        return (
            IncomingText(
                Numbers(
                    self._name,
                    checked_number(self._ours(payload), "payload.to"),
                    checked_number(_number(payload.get("from")), "payload.from"),
                ),
                checked_id(payload.get("id"), "payload.id"),
                str(payload.get("text") or ""),
                media=len(media) if isinstance(media, list) else 0,
                keyword=_KEYWORDS.get(keyword),
            ),
        )

    def reports(self, webhook: Webhook) -> tuple[StatusReport, ...]:
        event, payload = _event(webhook.body)
        receivers = payload.get("to")
        if event not in ("message.sent", "message.finalized") or not isinstance(receivers, list):
            return ()
        said = receivers[0].get("status") if receivers and isinstance(receivers[0], dict) else None
        state = _STATES.get(str(said))
        if state is None:
            return ()
        sid, error = checked_id(payload.get("id"), "payload.id"), self._error_in(payload)
        return (report_on(self._name, webhook, sid, state, error, self.opted_out),)

    def send(self, text: OutgoingText) -> SendResult:
        body = {
            "from": text.numbers.clinic,
            "to": text.numbers.person,
            "text": text.body,
            "webhook_url": report_address(self._status_url, text),
            "use_profile_webhooks": False,
        }
        headers = {"Authorization": f"Bearer {self._account.api_key}"}
        url = f"{self._account.api_url}/v2/messages"
        return self._hand_over(url, headers, json.dumps(body).encode())

    def _error_in(self, said: Mapping[str, Any]) -> str | None:
        errors = said.get("errors")
        if not isinstance(errors, list) or not errors or not isinstance(errors[0], dict):
            return None
        return str(errors[0].get("code") or "")[:64] or None

    def _id_in(self, said: Mapping[str, Any]) -> object:
        data = said.get("data")
        return data.get("id") if isinstance(data, dict) else None

    def _ours(self, payload: Mapping[str, Any]) -> str | None:
        receivers = payload.get("to")
        if not isinstance(receivers, list):
            return _number(receivers)
        found = [_number(receiver) for receiver in receivers]
        ours = [number for number in found if number in self._account.numbers]
        return (ours or found or [None])[0]


def _event(body: bytes) -> tuple[str, dict[str, Any]]:
    try:
        data = parsed(body)["data"]
        event, payload = data["event_type"], data["payload"]
    except (KeyError, TypeError) as error:
        raise BadWebhookError("data.event_type, data.payload: missing") from error
    if not isinstance(event, str) or not isinstance(payload, dict):
        raise BadWebhookError("data.event_type, data.payload: of the wrong type")
    return event, payload


def _number(address: object) -> str | None:
    number = address.get("phone_number") if isinstance(address, dict) else address
    return number if isinstance(number, str) else None
