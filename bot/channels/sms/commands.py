"""``faqbot sms``."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import Final

import click

from bot.adapters.sms.config import TwilioAccount
from bot.adapters.sms.simulated import configured_accounts
from bot.channels.sms.simulator import Carrier, Phone, SentText, SimulatorServer
from bot.channels.sms.simulator.phone import Site
from bot.channels.sms.simulator.talk import HELP, Reporter, Talk
from bot.conversation.texting.commands import STOP_WORDS
from bot.settings import Settings, SettingsError, load_settings

_PERSON: Final = "+12025550111"
#: Seconds without a text after which a piped line counts as answered.
_SILENCE: Final = 2.0
_LONGEST: Final = 20.0
_FIRST: Final = 4.0


@click.group("sms")
def sms() -> None:
    """Text messages."""


@sms.command("simulate")
@click.option("--gateway", help="Which gateway to stand in for; the first Twilio one by default.")
@click.option("--number", default=_PERSON, show_default=True, help="The phone that you text from.")
@click.option("--target", metavar="URL", help="Where the public site listens; by default here.")
@click.option(
    "--wait", default=_FIRST, show_default=True, help="Seconds to wait for a reply to a piped line."
)
def simulate(gateway: str | None, number: str, target: str | None, wait: float) -> None:
    """Be the SMS provider and a patient's phone, without an account.

    Each line is a text to the clinic; what the clinic texts back is shown. Start the service
    first (`make run`), then this in a second terminal. Lines may also be piped in.
    """
    try:
        settings = load_settings()
        name, account = _account(settings, gateway)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    site = Site(name, settings.public_url, (target or settings.web_bind.url).rstrip("/"))
    phone = Phone(account, site)
    reporter = Reporter(phone, click.echo)
    carrier = Carrier(account.account_sid, lambda text: _took(reporter, carrier, text))
    try:
        server = SimulatorServer(settings.sms_simulator_bind, carrier)
    except OSError as error:
        problem = f"FAQBOT_SMS_SIMULATOR_BIND: {settings.sms_simulator_bind} is taken"
        raise click.ClickException(f"{problem}; set another address") from error
    talk = Talk(carrier, phone, account.numbers[0], number, click.echo)
    with server.serving():
        _talk(talk, carrier, wait)
        reporter.close()


def _took(reporter: Reporter, carrier: Carrier, text: SentText) -> None:
    reporter.took(carrier, text)


def _account(settings: Settings, wanted: str | None) -> tuple[str, TwilioAccount]:
    accounts = configured_accounts(settings)
    for name, account in accounts.items():
        if isinstance(account, TwilioAccount) and wanted in (None, name):
            return name, account
    fix = "name a gateway of FAQBOT_SMS_GATEWAYS whose provider is twilio; docs/sms.md has one"
    raise SettingsError("FAQBOT_SMS_GATEWAYS", "has no gateway that can be simulated", fix)


def _talk(talk: Talk, carrier: Carrier, wait: float) -> None:
    if not sys.stdin.isatty():
        _replay(talk, carrier, sys.stdin, wait)
        return
    click.echo(f"You text {talk.clinic} from {talk.person}. /help lists the commands.\n{HELP}")
    while True:
        try:
            line = input()
        except (EOFError, KeyboardInterrupt):
            return
        if not talk.handle(line):
            return


def _replay(talk: Talk, carrier: Carrier, lines: Iterable[str], wait: float) -> None:
    """Texts each line and waits for what comes back before the next."""
    for line in lines:
        click.echo(f"{talk.person} -> {line.rstrip()}")
        before = len(carrier.sent)
        if not talk.handle(line):
            return
        is_stop = line.strip().lower() in STOP_WORDS  # the provider itself has answered
        if not is_stop and (not line.startswith("/") or line.startswith("/picture")):
            _await_silence(carrier, before, wait)


def _await_silence(carrier: Carrier, before: int, wait: float) -> None:
    started = changed = time.monotonic()
    seen = before
    while (now := time.monotonic()) - started < max(_LONGEST, wait):
        if len(carrier.sent) != seen:
            seen, changed = len(carrier.sent), now
        if now - started > wait if seen == before else now - changed > _SILENCE:
            return
        time.sleep(0.05)
