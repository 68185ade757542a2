"""A provider on this machine that speaks Twilio's protocol, for trying texting without an account.

It signs webhooks, takes texts, reports on them, blocks a number that texts STOP, and fails when it
is told to.
"""

from bot.channels.sms.simulator.carrier import Carrier, SentText
from bot.channels.sms.simulator.phone import Phone
from bot.channels.sms.simulator.server import SimulatorServer

__all__ = ["Carrier", "Phone", "SentText", "SimulatorServer"]
