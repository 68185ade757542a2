"""The gateway that texts through `faqbot sms simulate`, where no other is configured."""

from __future__ import annotations

import hashlib
from typing import Final

from bot.adapters.sms.config import Accounts, TwilioAccount, parse_accounts
from bot.settings import Settings

NAME: Final = "simulator"
CLINIC_NUMBER: Final = "+12025550100"  # 555-01xx is reserved for fiction


def configured_accounts(settings: Settings) -> Accounts:
    """Returns the accounts of the settings; in `local` mode the simulated one by default.

    Raises:
        SettingsError: naming the field that is wrong.
    """
    accounts = parse_accounts(settings.sms_gateways)
    if accounts or settings.mode != "local":
        return accounts
    return {NAME: simulated_account(settings)}


def simulated_account(settings: Settings) -> TwilioAccount:
    """Returns an account that speaks Twilio's protocol with the simulator on this machine."""
    # Derived from the installation's own key, so that nobody else can sign its webhooks.
    secret = hashlib.sha256(b"sms simulator|" + settings.require_secret_key().encode())
    return TwilioAccount(
        provider="twilio",
        account_sid="AC" + secret.hexdigest()[:32],
        auth_token=secret.hexdigest()[32:],
        numbers=(CLINIC_NUMBER,),
        api_url=settings.sms_simulator_bind.url,
        number_rate=50,
        account_rate=50,
    )
