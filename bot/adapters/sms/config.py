"""The gateways of the settings: who, with which secrets, from which numbers."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Final, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from bot.setting_values import SettingsError

VARIABLE: Final = "FAQBOT_SMS_GATEWAYS"
_KEY_BYTES: Final = 32
_SHORTEST_SECRET: Final = 16

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
Number = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{3,15}$")]
Secret = Annotated[str, StringConstraints(min_length=_SHORTEST_SECRET)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+[^\s]*$"),
                AfterValidator(lambda url: url.rstrip("/"))]  # fmt: skip


def _public_key(value: str) -> str:
    try:
        raw = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("give the base64 text of the portal's public key") from error
    if len(raw) != _KEY_BYTES:
        raise ValueError("give the portal's public key, which has 32 bytes")
    return value


class _Account(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    numbers: tuple[Number, ...] = Field(min_length=1)
    #: Texts a second of one number, and of the whole account.
    number_rate: float = Field(default=10.0, ge=1, le=1000)
    account_rate: float = Field(default=30.0, ge=1, le=1000)


class TwilioAccount(_Account):
    """A Twilio account."""

    provider: Literal["twilio"]
    account_sid: Annotated[str, StringConstraints(pattern=r"^AC[0-9a-f]{32}$")]
    auth_token: Secret = Field(repr=False)
    #: Also accepted on webhooks, while a token is being changed.
    further_auth_tokens: tuple[Secret, ...] = Field(default=(), repr=False)
    messaging_service_sid: str = ""
    api_url: Url = "https://api.twilio.com"


class TelnyxAccount(_Account):
    """A Telnyx account."""

    provider: Literal["telnyx"]
    api_key: Secret = Field(repr=False)
    public_key: Annotated[str, AfterValidator(_public_key)]
    api_url: Url = "https://api.telnyx.com"


class HttpAccount(_Account):
    """A gateway that speaks the generic signed protocol."""

    provider: Literal["http"]
    secret: Secret = Field(repr=False)
    send_url: Url


Account = Annotated[TwilioAccount | TelnyxAccount | HttpAccount, Field(discriminator="provider")]
Accounts = dict[Name, Account]
_ACCOUNTS: Final = TypeAdapter(Accounts)


def parse_accounts(text: str) -> Accounts:
    """Reads the gateways from YAML or JSON; empty text has none.

    Raises:
        SettingsError: naming the field that is wrong, never its value.
    """
    try:
        data = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise SettingsError(VARIABLE, "is neither YAML nor JSON", "see docs/sms.md") from error
    try:
        return _ACCOUNTS.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        problem = f"{where or 'the whole'}: {first['msg']}"
        raise SettingsError(VARIABLE, problem, "see docs/sms.md") from None
