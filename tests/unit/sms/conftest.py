"""The public site with webhooks of three gateways, on a real SQLite file."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient

from bot.assembly import Core
from bot.channels.sms.webhooks import register_webhooks
from bot.channels.web.app import create_app
from bot.settings import load_settings
from tests.scripted_dialogue import Clinic, PlainTexts, sqlite_clinic
from tests.signed_webhooks import PUBLIC_URL, SECRET, TWILIO_SID, TWILIO_TOKEN


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with sqlite_clinic(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def telnyx_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def app(clinic: Clinic, tmp_path: Path, telnyx_key: Ed25519PrivateKey) -> Flask:
    public = base64.b64encode(telnyx_key.public_key().public_bytes_raw()).decode()
    gateways = {
        "main": {"provider": "twilio", "account_sid": TWILIO_SID, "auth_token": TWILIO_TOKEN,
                 "numbers": ["+12025550100"]},
        "second": {"provider": "telnyx", "api_key": "K" * 20, "public_key": public,
                   "numbers": ["+12025550101"]},
        "third": {"provider": "http", "secret": SECRET, "send_url": "http://127.0.0.1:9/send",
                  "numbers": ["+12025550102"]},
    }  # fmt: skip
    settings = load_settings({
        "FAQBOT_VAR": str(tmp_path), "FAQBOT_PUBLIC_URL": PUBLIC_URL,
        "FAQBOT_SMS_GATEWAYS": yaml.safe_dump(gateways),
    })  # fmt: skip
    core = Core(settings)
    parts = {"database": clinic.database, "store": clinic.store, "texts": PlainTexts(),
             "conversations": clinic.conversations, "desk": clinic.desk}  # fmt: skip
    vars(core).update(cast(Any, parts))
    return create_app(settings, core, checks={}, further=[register_webhooks])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
