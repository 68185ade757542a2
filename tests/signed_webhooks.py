"""Webhooks as providers send them: Twilio's are signed by Twilio's own library."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from bot.adapters.sms.http import SIGNATURE, sign

PUBLIC_URL = "https://texts.clinic.example"
TWILIO_SID = "AC" + "0a" * 16
TWILIO_TOKEN = "twilio-token-0123456789"
SECRET = "generic-secret-0123456789"


def twilio_text(**further: str) -> dict[str, str]:
    """The fields of an inbound text."""
    return {
        "AccountSid": TWILIO_SID, "MessageSid": "SM" + "1b" * 16, "From": "+12025550111",
        "To": "+12025550100", "Body": "is it approved?", "NumMedia": "0", "NumSegments": "1",
        "SmsStatus": "received", "ApiVersion": "2010-04-01", **further,
    }  # fmt: skip


def post_twilio(
    client: FlaskClient,
    path: str,
    fields: Mapping[str, str],
    *,
    signed: Mapping[str, str] | None = None,
    signed_url: str | None = None,
    token: str = TWILIO_TOKEN,
    headers: Mapping[str, str] | None = None,
    base_url: str | None = None,
) -> TestResponse:
    """Posts a webhook; `signed` and `signed_url` are what the signature is made over."""
    url = signed_url or PUBLIC_URL + path
    made = RequestValidator(token).compute_signature(url, dict(signed or fields))
    sent = {**(headers or {}), "X-Twilio-Signature": made}
    return client.post(path, data=dict(fields), headers=sent, base_url=base_url)


def telnyx_text(**further: Any) -> dict[str, Any]:
    payload = {
        "id": "7ee4241c-f127-47e5-9c34-3aac291f8058", "text": "is it approved?",
        "from": {"phone_number": "+12025550111"}, "to": [{"phone_number": "+12025550101"}],
        "media": [], **further,
    }  # fmt: skip
    return {"data": {"event_type": "message.received", "payload": payload}}


def post_telnyx(
    client: FlaskClient,
    path: str,
    event: Any,
    key: Ed25519PrivateKey,
    *,
    age: int = 0,
    body: bytes | None = None,
) -> TestResponse:
    stamp = str(int(time.time()) - age)
    signed = json.dumps(event).encode()
    signature = base64.b64encode(key.sign(stamp.encode() + b"|" + signed)).decode()
    headers = {"telnyx-timestamp": stamp, "telnyx-signature-ed25519": signature}
    return client.post(path, data=body or signed, headers=headers)


def post_generic(
    client: FlaskClient, path: str, data: Any, *, age: int = 0, secret: str = SECRET
) -> TestResponse:
    body = json.dumps(data).encode()
    signature = sign(secret, PUBLIC_URL + path, body, int(time.time()) - age)
    return client.post(path, data=body, headers={SIGNATURE: signature})
