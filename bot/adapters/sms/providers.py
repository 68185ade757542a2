"""From the settings to providers."""

from __future__ import annotations

from collections.abc import Mapping

from bot.adapters.sms.calls import CallTimes
from bot.adapters.sms.config import Account, Accounts, HttpAccount, TelnyxAccount
from bot.adapters.sms.http import HttpProvider
from bot.adapters.sms.interfaces import Provider
from bot.adapters.sms.telnyx import TelnyxProvider
from bot.adapters.sms.twilio import TwilioProvider


def make_provider(
    name: str, account: Account, public_url: str, times: CallTimes | None = None
) -> Provider:
    """Returns the provider of one gateway.

    Args:
        name: the gateway's name, a part of its webhooks' addresses.
        account: from the settings.
        public_url: how the world outside reaches the public site.
        times: how long a call may take.
    """
    status_url = f"{public_url}/sms/{name}/status"
    if isinstance(account, TelnyxAccount):
        return TelnyxProvider(name, account, status_url, times)
    if isinstance(account, HttpAccount):
        return HttpProvider(name, account, status_url, times)
    return TwilioProvider(name, account, status_url, times)


def make_providers(accounts: Accounts, public_url: str) -> Mapping[str, Provider]:
    """Returns the providers of all gateways, by name."""
    return {name: make_provider(name, account, public_url) for name, account in accounts.items()}


def rates_of(accounts: Accounts) -> dict[str, tuple[float, float]]:
    """Returns texts a second of one number and of the account, for each gateway."""
    return {name: (a.number_rate, a.account_rate) for name, a in accounts.items()}
