"""One turn of a dialogue, as actions see it, and what an action makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast, get_args

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet

from actions.errors import TurnError
from knowledge.decision import Category, Tier
from knowledge.reply import Reply

Channel = Literal["web", "sms"]

REQUESTED_SLOT: Final = "requested_slot"


@dataclass(frozen=True, slots=True)
class Turn:
    """The visitor's message with its triage, and what the dialogue remembers.

    Attributes:
        text: the message.
        channel: where it came from.
        intent: what triage made of it.
        category: why it goes to staff, when it does.
        tier: how urgent it is, when it goes to staff.
        faq_ids: the FAQs that answer it, or that may be meant.
        footer: the approved footer that goes under the answer.
        language: of the message.
        reason: why triage decided so, in words for staff.
        slots: what the dialogue remembers.
        active_loop: the form that is open.
    """

    text: str
    channel: Channel = "web"
    intent: str = ""
    category: Category | None = None
    tier: Tier | None = None
    faq_ids: tuple[str, ...] = ()
    footer: str | None = None
    language: str = "en"
    reason: str = ""
    slots: Mapping[str, Any] = field(default_factory=dict)
    active_loop: str | None = None

    @classmethod
    def from_tracker(cls, tracker: Tracker) -> Turn:
        """Reads a turn from what Rasa sent.

        Raises:
            TurnError: naming the field that is missing.
        """
        message = tracker.latest_message
        triage = message.get("triage") or {}
        try:
            return cls(
                text=message.get("text") or "",
                channel=_channel(tracker.get_latest_input_channel()),
                intent=triage["intent"],
                category=triage["category"],
                tier=triage["tier"],
                faq_ids=tuple(triage["faq_ids"]),
                footer=triage["footer"],
                language=triage["language"],
                reason=triage["reason"],
                slots=tracker.slots,
                active_loop=tracker.active_loop_name,
            )
        except KeyError as error:
            raise TurnError(f"latest_message.triage: {error} is missing") from error

    @property
    def requested_slot(self) -> str | None:
        """What the open form has asked for."""
        return cast(str | None, self.slots.get(REQUESTED_SLOT))

    @property
    def in_form(self) -> bool:
        """Whether a form is open, or waits for "did you mean" to end."""
        return self.active_loop is not None or self.remembers("contact_open")

    def remembers(self, slot: str) -> bool:
        """Returns whether a yes-or-no slot is set to yes."""
        return bool(self.slots.get(slot))

    def times(self, slot: str) -> int:
        """Returns the number that a counting slot holds."""
        return int(self.slots.get(slot) or 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action says and what the dialogue is to remember.

    `replies` are `custom` payloads: `Reply.to_dict()`, with further keys where a kind has them.
    """

    replies: tuple[dict[str, Any], ...] = ()
    events: tuple[EventType, ...] = ()


def say(reply: Reply, *events: EventType, **further: Any) -> Outcome:
    """Returns the outcome of one reply; `further` keys are added to its payload."""
    return Outcome(({**reply.to_dict(), **further},), events)


def remember(**slots: Any) -> list[EventType]:
    """Returns the events that set these slots."""
    return [SlotSet(name, value) for name, value in slots.items()]


def open_form(name: str | None) -> list[EventType]:
    """Returns the events that make this the open form, or close the open one."""
    return [ActiveLoop(name), SlotSet(REQUESTED_SLOT, None)]


def _channel(name: str | None) -> Channel:
    # `rasa shell` has a channel of its own; it stands in for the web.
    return cast(Channel, name) if name in get_args(Channel) else "web"
