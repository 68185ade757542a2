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

from bot.adapters.sms.calls import (
    CLIENT_ERROR,
    SERVER_ERROR,
    Caller,
    CallTimes,
    Response,
    handed_over,
    json_object,
)
from bot.adapters.sms.config import TelnyxAccount
from bot.adapters.sms.errors import BadSignatureError, BadWebhookError
from bot.adapters.sms.interfaces import (
    Answer,
    Webhook,
    checked_id,
    checked_number,
    report_address,
)
from bot.conversation.texting.model import (
    Accepted,
    Command,
    IncomingText,
    Lost,
    Numbers,
    OutgoingText,
    Refused,
    SendResult,
    StatusReport,
    TextState,
    TryAgain,
)

_TOLERANCE: Final = 300
#: "Blocked due to STOP message": a block rule of the messaging profile.
_OPTED_OUT: Final = "40300"
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


class TelnyxProvider:
    """Implements `bot.adapters.sms.interfaces.Provider`."""

    is_idempotent = False
    can_find = False
    answer = Answer()

    def __init__(
        self, name: str, account: TelnyxAccount, status_url: str, times: CallTimes | None = None
    ) -> None:
        """Prepares the account; nothing is called yet."""
        self._name, self._account, self._status_url = name, account, status_url
        self._key = Ed25519PublicKey.from_public_bytes(base64.b64decode(account.public_key))
        self._caller = Caller(times)

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
        error = _first_error(payload)
        if error == _OPTED_OUT:
            state = TextState.BLOCKED
        sid = checked_id(payload.get("id"), "payload.id")
        return (StatusReport(self._name, sid, state, webhook.query.get("text"), error),)

    def send(self, text: OutgoingText) -> SendResult:
        body = {
            "from": text.numbers.clinic,
            "to": text.numbers.person,
            "text": text.body,
            "webhook_url": report_address(self._status_url, text),
            "use_profile_webhooks": False,
        }
        headers = {
            "Authorization": f"Bearer {self._account.api_key}",
            "Content-Type": "application/json",
        }
        url = f"{self._account.api_url}/v2/messages"
        data = json.dumps(body).encode()
        return handed_over(lambda: _result(self._caller.call("POST", url, headers, data)))

    def find(self, text: OutgoingText, known: frozenset[str]) -> SendResult | None:
        del text, known  # there is nothing to look it up with
        return TryAgain("Telnyx cannot list messages")

    def _ours(self, payload: Mapping[str, Any]) -> str | None:
        receivers = payload.get("to")
        if not isinstance(receivers, list):
            return _number(receivers)
        found = [_number(receiver) for receiver in receivers]
        ours = [number for number in found if number in self._account.numbers]
        return (ours or found or [None])[0]


def _event(body: bytes) -> tuple[str, dict[str, Any]]:
    try:
        data = json.loads(body)["data"]
        event, payload = data["event_type"], data["payload"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadWebhookError("data.event_type, data.payload: missing or no JSON") from error
    if not isinstance(event, str) or not isinstance(payload, dict):
        raise BadWebhookError("data.event_type, data.payload: of the wrong type")
    return event, payload


def _number(address: object) -> str | None:
    number = address.get("phone_number") if isinstance(address, dict) else address
    return number if isinstance(number, str) else None


def _first_error(payload: Mapping[str, Any]) -> str | None:
    errors = payload.get("errors")
    if not isinstance(errors, list) or not errors or not isinstance(errors[0], dict):
        return None
    return str(errors[0].get("code") or "")[:64] or None


def _result(response: Response) -> SendResult:
    answer = json_object(response.body)
    if response.status >= SERVER_ERROR:
        return TryAgain(f"error {response.status}")
    if response.status >= CLIENT_ERROR:
        code = _first_error(answer)
        return Refused(code or str(response.status), opted_out=code == _OPTED_OUT)
    data = answer.get("data")
    sid = data.get("id") if isinstance(data, dict) else None
    return Accepted(sid) if isinstance(sid, str) else Lost("an answer without an id")
