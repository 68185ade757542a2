"""Conversations: taking messages in, and seeing that each is answered or in front of staff.

Knows no web framework and no dialogue engine. `Conversations` is the visitor's side,
`StaffDesk` the staff's; `ports` says what the core needs from adapters.
"""

from bot.conversation.model import Channel, ContactDetails, Feedback, Staff
from bot.conversation.service import Conversations, Limits
from bot.conversation.staff import StaffDesk

__all__ = [
    "Channel",
    "ContactDetails",
    "Conversations",
    "Feedback",
    "Limits",
    "Staff",
    "StaffDesk",
]
