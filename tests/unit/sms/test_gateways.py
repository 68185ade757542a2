from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.adapters.sms.config import TwilioAccount, parse_accounts
from bot.adapters.sms.providers import make_providers, rates_of
from bot.adapters.sms.simulated import NAME, configured_accounts
from bot.setting_values import SettingsError
from bot.settings import load_settings

TWILIO = {"provider": "twilio", "account_sid": "AC" + "0" * 32, "auth_token": "t" * 32,
          "numbers": ["+12025550100"]}  # fmt: skip
TELNYX = {"provider": "telnyx", "api_key": "K" * 20, "numbers": ["+12025550101"],
          "public_key": base64.b64encode(b"k" * 32).decode()}  # fmt: skip
HTTP = {"provider": "http", "secret": "s" * 20, "numbers": ["+12025550102"],
        "send_url": "https://gateway.example/send"}  # fmt: skip


def test_several_gateways_work_at_once_when_they_are_configured() -> None:
    accounts = parse_accounts(yaml.safe_dump({"a": TWILIO, "b": TELNYX, "c": HTTP}))
    providers = make_providers(accounts, "https://x.example")
    assert list(providers) == ["a", "b", "c"]
    assert [provider.is_idempotent for provider in providers.values()] == [False, False, True]
    assert rates_of(accounts)["a"] == (10.0, 30.0)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"account_sid": "XX"}, "account_sid"),
        ({"numbers": []}, "numbers"),
        ({"numbers": ["call us"]}, "numbers"),
        ({"auth_token": "short"}, "auth_token"),
        ({"further_auth_tokens": [""]}, "further_auth_tokens"),
        ({"api_url": "ftp://x"}, "api_url"),
        ({"tokn": "x"}, "tokn"),
        ({"provider": "pigeon"}, "provider"),
        ({"number_rate": 0}, "number_rate"),
    ],
)
def test_wrong_field_is_named_and_its_value_is_not_when_gateways_are_read(
    change: dict[str, Any], named: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        parse_accounts(yaml.safe_dump({"main": {**TWILIO, **change}}))
    assert named in str(raised.value)
    assert "FAQBOT_SMS_GATEWAYS" in str(raised.value)
    assert "short" not in str(raised.value)


@pytest.mark.parametrize("text", ["{", "[1]", "Main: {}", "main: 1"])
def test_gateways_are_refused_when_they_are_of_another_form(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_accounts(text)


@pytest.mark.parametrize("key", ["no base64!", base64.b64encode(b"short").decode()])
def test_public_key_is_refused_when_it_is_none(key: str) -> None:
    with pytest.raises(SettingsError, match="public_key"):
        parse_accounts(yaml.safe_dump({"b": {**TELNYX, "public_key": key}}))


def test_simulator_is_the_gateway_when_a_local_run_has_no_other(tmp_path: Path) -> None:
    local = load_settings({"FAQBOT_VAR": str(tmp_path)})
    account = configured_accounts(local)[NAME]
    assert isinstance(account, TwilioAccount)
    assert account.api_url == "http://127.0.0.1:8082"
    assert account.auth_token not in repr(account)
    assert configured_accounts(local) == configured_accounts(local)
    production = load_settings({
        "FAQBOT_VAR": str(tmp_path), "FAQBOT_MODE": "production", "FAQBOT_SECRET_KEY": "k" * 32,
    })  # fmt: skip
    assert configured_accounts(production) == {}
