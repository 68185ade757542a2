"""What the inbox is narrowed down to, as it stands in the page's address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Self, get_args
from urllib.parse import urlencode

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from bot.adapters.database.models import ConversationRow, EscalationRow
from bot.conversation.hours import ClinicHours
from bot.conversation.model import Channel, Status
from knowledge.decision import TIERS, Tier

_LONGEST: Final = 100
_WHO: Final = ("mine", "nobody", "waiting")


@dataclass(frozen=True, slots=True)
class Filters:
    """One choice; an empty field does not narrow.

    Attributes:
        words: what a message, a note, contact details or the case's reason must contain.
        tier: `T0` to `T3`.
        who: `mine`, `nobody` (unclaimed) or `waiting` (the patient waits for staff).
        channel: `web` or `sms`.
        overdue: whether only overdue cases are shown.
    """

    words: str = ""
    tier: str = ""
    who: str = ""
    channel: str = ""
    overdue: bool = False

    @classmethod
    def of(cls, given: MultiDict[str, str]) -> Self:
        """Reads an address; what is no choice is left out."""

        def choice(name: str, choices: tuple[str, ...]) -> str:
            value = given.get(name, "")
            return value if value in choices else ""

        return cls(
            words=" ".join(given.get("q", "").replace("\x00", "").split())[:_LONGEST],
            tier=choice("tier", TIERS),
            who=choice("who", _WHO),
            channel=choice("channel", tuple(Channel)),
            overdue=given.get("overdue") == "yes",
        )

    @property
    def query(self) -> str:
        """The choice as part of an address, with `&` behind it, or nothing."""
        fields = {"q": self.words, "tier": self.tier, "who": self.who, "channel": self.channel}
        fields["overdue"] = "yes" if self.overdue else ""
        chosen = {name: value for name, value in fields.items() if value}
        return urlencode(chosen) + "&" if chosen else ""

    def conditions(
        self, account_id: int, hours: ClinicHours, now: dt.datetime
    ) -> list[sa.ColumnElement[bool]]:
        """Returns the choice, but for the words, as conditions on cases and their conversations."""
        wanted: list[sa.ColumnElement[bool]] = []
        if self.tier:
            wanted.append(EscalationRow.tier == self.tier)
        if self.channel:
            wanted.append(ConversationRow.channel == self.channel)
        if self.who == "mine":
            wanted.append(ConversationRow.holder_id == account_id)
        elif self.who == "nobody":
            wanted.append(EscalationRow.status == Status.OPEN.value)
        elif self.who == "waiting":
            wanted.append(EscalationRow.waiting_since.is_not(None))
        if self.overdue:
            wanted.append(_is_overdue(hours, now))
        return wanted


def _is_overdue(hours: ClinicHours, now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(
            sa.and_(
                EscalationRow.tier == tier,
                EscalationRow.waiting_since < hours.overdue_before(tier, now),
            )
            for tier in get_args(Tier)
        )
    )
