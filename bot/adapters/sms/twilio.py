"""Twilio: signatures and REST by Twilio's own library.

The library's client has no time-out classes of its own, so it gets a transport that tells a
request that never arrived from one whose answer was lost. Twilio's Messages API has no
idempotency key: what became of a lost one is looked up before anything is sent again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import urllib3
from twilio.base.exceptions import (
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from twilio.http import HttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.request_validator import RequestValidator, get_signature_algorithm
from twilio.rest import Client

from bot.adapters.sms.calls import SERVER_ERROR, Caller, CallTimes, handed_over, json_object
from bot.adapters.sms.config import TwilioAccount
from bot.adapters.sms.errors import AnswerLostError, BadSignatureError, NotReachedError
from bot.adapters.sms.interfaces import (
    Answer,
    Webhook,
    checked_id,
    checked_number,
    report_address,
    report_on,
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

_SIGNATURE: Final = "x-twilio-signature"
_SIGNATURE_SETTINGS: Final = "x-twilio-webhooks-signature-settings"
#: https://www.twilio.com/docs/api/errors/21610: the recipient has replied STOP.
_OPTED_OUT: Final = 21610
_STATES: Final[Mapping[str, TextState]] = {
    "accepted": TextState.SENT,
    "scheduled": TextState.SENT,
    "queued": TextState.SENT,
    "sending": TextState.SENT,
    "sent": TextState.SENT,
    "delivered": TextState.DELIVERED,
    "read": TextState.DELIVERED,
    "partially_delivered": TextState.UNDELIVERED,
    "undelivered": TextState.UNDELIVERED,
    "failed": TextState.FAILED,
    "canceled": TextState.FAILED,
}
_LOOKED_THROUGH: Final = 50
#: How far Twilio's clock may be behind ours.
_SKEW: Final = dt.timedelta(minutes=1)


class TwilioProvider:
    """Implements `bot.adapters.sms.interfaces.Provider`."""

    is_idempotent = False
    can_find = True
    # No TwiML verbs: replies go out through the API, when they are ready.
    answer = Answer("<Response/>", "text/xml")

    def __init__(
        self, name: str, account: TwilioAccount, status_url: str, times: CallTimes | None = None
    ) -> None:
        """Prepares the account; nothing is called yet.

        Args:
            name: of the gateway.
            account: from the settings.
            status_url: where Twilio reports on texts.
            times: how long a call may take.
        """
        self._name, self._account, self._status_url = name, account, status_url
        tokens = [account.auth_token, *account.further_auth_tokens]
        self._validators = [RequestValidator(token) for token in tokens]
        self._client = Client(
            account.account_sid,
            account.auth_token,
            http_client=_Transport(Caller(times), account.api_url),
        )

    def verify(self, webhook: Webhook) -> None:
        signature = webhook.headers.get(_SIGNATURE, "")
        algorithm = get_signature_algorithm(webhook.headers.get(_SIGNATURE_SETTINGS, ""))
        fields = _MultiFields(webhook.form)
        if not any(
            validator.validate(webhook.url, fields, signature, algorithm)
            for validator in self._validators
        ):
            raise BadSignatureError
        if webhook.field("AccountSid") != self._account.account_sid:
            raise BadSignatureError("other_account")

    def incoming(self, webhook: Webhook) -> tuple[IncomingText, ...]:
        media = webhook.field("NumMedia")
        keyword = webhook.field("OptOutType").upper()
        return (
            IncomingText(
                Numbers(
                    self._name,
                    checked_number(webhook.field("To"), "To"),
                    checked_number(webhook.field("From"), "From"),
                ),
                checked_id(webhook.field("MessageSid"), "MessageSid"),
                webhook.field("Body"),
                media=int(media) if media.isascii() and media.isdigit() else 0,
                keyword=Command(keyword) if keyword in ("STOP", "START", "HELP") else None,
            ),
        )

    def reports(self, webhook: Webhook) -> tuple[StatusReport, ...]:
        state = _STATES.get(webhook.field("MessageStatus"))
        if state is None:
            return ()
        sid = checked_id(webhook.field("MessageSid"), "MessageSid")
        error = webhook.field("ErrorCode") or None
        return (report_on(self._name, webhook, sid, state, error, str(_OPTED_OUT)),)

    def send(self, text: OutgoingText) -> SendResult:
        return handed_over(lambda: self._send(text))

    def find(self, text: OutgoingText, known: frozenset[str]) -> SendResult | None:
        numbers = text.numbers
        try:
            sent = self._client.messages.list(
                to=numbers.person, from_=numbers.clinic, limit=_LOOKED_THROUGH
            )
        except (TwilioException, NotReachedError, AnswerLostError) as error:
            return TryAgain(f"look-up failed: {type(error).__name__}")
        since = (text.attempted_at or text.created_at) - _SKEW
        for message in sent:
            is_since = message.date_created is None or message.date_created >= since
            # A trial account's texts begin with words of Twilio's own.
            is_same = str(message.body or "").endswith(text.body)
            if is_same and message.sid not in known and is_since:
                return Accepted(str(message.sid))
        return None

    def _send(self, text: OutgoingText) -> SendResult:
        try:
            sid = self._create(text).sid
        except (TwilioRestException, TwilioServiceException) as error:
            if error.status >= SERVER_ERROR:
                return Lost(f"error {error.status}")
            return Refused(str(error.code or error.status), opted_out=error.code == _OPTED_OUT)
        # Something between us and Twilio may answer 200 with a page of its own.
        return Accepted(sid) if isinstance(sid, str) and sid else Lost("an answer without an id")

    def _create(self, text: OutgoingText) -> Any:
        further = {}
        if self._account.messaging_service_sid:
            further["messaging_service_sid"] = self._account.messaging_service_sid
        return self._client.messages.create(
            to=text.numbers.person,
            from_=text.numbers.clinic,
            body=text.body,
            status_callback=report_address(self._status_url, text),
            **further,
        )


class _MultiFields(dict[str, str]):
    """Form fields as Twilio's validator reads them: a field may come more than once."""

    def __init__(self, form: Mapping[str, Sequence[str]]) -> None:
        super().__init__({name: values[0] for name, values in form.items()})
        self._form = form

    def getlist(self, name: str) -> list[str]:
        """Returns every value of a field."""
        return list(self._form[name])


class _Transport(HttpClient):  # type: ignore[misc]  # the library comes without types
    """Carries the library's requests; logs nothing, since they hold phone numbers."""

    def __init__(self, caller: Caller, api_url: str) -> None:
        self._caller, self._api_url = caller, api_url

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> TwilioResponse:
        """Sends one request of the library's."""
        del timeout, allow_redirects  # one set of time-outs for all, and no redirects
        address = self._api_url + urlsplit(url).path
        if params:
            address += "?" + urlencode({k: v for k, v in params.items() if v is not None})
        sent = {**(headers or {}), **_basic(auth)}
        body = urlencode(data or {}, doseq=True).encode() if data is not None else None
        response = self._caller.call(method.upper(), address, sent, body)
        # The library reads every answer as an object, also a page that came from a proxy.
        return TwilioResponse(response.status, json.dumps(json_object(response.body)))


def _basic(auth: tuple[str, str] | None) -> dict[str, str]:
    return urllib3.make_headers(basic_auth=":".join(auth)) if auth else {}
