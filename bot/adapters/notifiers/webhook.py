"""A signed webhook, in the shape that Slack and its like take."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Final

import urllib3

from bot.adapters.notifiers.errors import NotifierError

_TIMEOUT: Final = urllib3.Timeout(connect=5, read=10)
_GOOD: Final = range(200, 300)
SIGNATURE: Final = "X-Faqbot-Signature"


class Webhook:
    """Posts JSON to one address.

    The body has `text`, and the page's `key`, which is also sent as `Idempotency-Key`. With a
    secret, `X-Faqbot-Signature: t=<seconds>,v1=<hex>` is the HMAC-SHA256 of `<seconds>.<body>`.
    """

    def __init__(self, url: str, secret: str) -> None:
        self._url, self._secret = url, secret.encode()
        self._pool = urllib3.PoolManager(retries=False, timeout=_TIMEOUT, maxsize=4)

    def send(self, text: str, key: str) -> None:
        """Posts one message.

        Raises:
            NotifierError: if the receiver did not take it.
        """
        body = json.dumps({"text": text, "key": key}).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        if self._secret:
            headers[SIGNATURE] = signature(self._secret, body, int(time.time()))
        try:
            response = self._pool.request(
                "POST", self._url, body=body, headers=headers, redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            raise NotifierError(f"the webhook failed ({type(error).__name__})") from error
        if response.status not in _GOOD:
            raise NotifierError(f"the webhook answered {response.status}")


def signature(secret: bytes, body: bytes, at: int) -> str:
    """Returns the signature's header for a body, at a moment in seconds."""
    signed = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"
