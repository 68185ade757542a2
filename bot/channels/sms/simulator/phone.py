"""What the simulated provider sends to the clinic: signed webhooks."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

import urllib3
from twilio.request_validator import RequestValidator
from urllib3.exceptions import HTTPError

from bot.adapters.sms.config import TwilioAccount

_TIMEOUT: Final = urllib3.Timeout(connect=5, read=15)  # Twilio's own


@dataclass(frozen=True, slots=True)
class Site:
    """Where webhooks go.

    Attributes:
        gateway: the name in the webhooks' addresses.
        signed_url: the public URL that signatures are made over.
        target: where the site really listens.
    """

    gateway: str
    signed_url: str
    target: str


class Phone:
    """Texts the clinic as Twilio would deliver it."""

    def __init__(self, account: TwilioAccount, site: Site) -> None:
        self._account, self._site = account, site
        self._validator = RequestValidator(account.auth_token)
        self._pool = urllib3.PoolManager(maxsize=32, retries=False)

    def text(
        self, sender: str, to: str, body: str, *, sid: str | None = None, media: int = 0
    ) -> tuple[str, int]:
        """Delivers a text; returns its id and the HTTP status, 0 when nobody answered."""
        sid = sid or new_sid()
        fields = {
            "AccountSid": self._account.account_sid,
            "ApiVersion": "2010-04-01",
            "Body": body,
            "From": sender,
            "MessageSid": sid,
            "NumMedia": str(media),
            "NumSegments": "1",
            "SmsMessageSid": sid,
            "SmsStatus": "received",
            "To": to,
        }
        path = f"/sms/{self._site.gateway}/inbound"
        return sid, self._post(path, fields, self._signature(path, fields))

    def forge(self, sender: str, to: str, body: str) -> int:
        """Delivers a text that nobody signed; returns the HTTP status."""
        fields = {"From": sender, "To": to, "Body": body, "MessageSid": new_sid()}
        return self._post(f"/sms/{self._site.gateway}/inbound", fields, "forged")

    def report(self, callback: str, sid: str, status: str, error: str = "") -> int:
        """Reports on a text; returns the HTTP status."""
        fields = {
            "AccountSid": self._account.account_sid,
            "MessageSid": sid,
            "MessageStatus": status,
            "SmsSid": sid,
            "SmsStatus": status,
        }
        if error:
            fields["ErrorCode"] = error
        parts = urlsplit(callback)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return self._post(path, fields, self._signature(path, fields))

    def _signature(self, path: str, fields: Mapping[str, str]) -> str:
        url = self._site.signed_url + path
        return str(self._validator.compute_signature(url, dict(fields)))

    def _post(self, path: str, fields: Mapping[str, str], signature: str) -> int:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature,
        }
        body = urlencode(fields).encode()
        try:
            response = self._pool.request(
                "POST", self._site.target + path, body=body, headers=headers, timeout=_TIMEOUT
            )
        except HTTPError:
            return 0
        return response.status


def new_sid() -> str:
    """Returns an id as Twilio makes them."""
    return "SM" + secrets.token_hex(16)
