"""The desk's plain words for what the core names with codes."""

from __future__ import annotations

from typing import Final

from bot.conversation.case_words import CATEGORIES, TIERS
from bot.conversation.model import Outcome
from knowledge.decision import Route

__all__ = ["CATEGORIES", "TIERS"]

ROUTES: Final[dict[Route, str]] = {
    "answer": "Answer with an approved text",
    "clarify": "Ask which question was meant",
    "smalltalk": "Small talk",
    "out_of_scope": "Not about the clinic",
    "escalate": "Hand over to staff",
}
WHO: Final = {
    "mine": "Mine",
    "nobody": "Not claimed",
    "waiting": "Patient waits",
}
CHANNELS: Final = {"web": "Website chat", "sms": "Text message"}
LANGUAGES: Final = {"en": "English", "es": "Spanish"}
METHODS: Final = {"phone": "Phone call", "text": "Text message", "email": "E-mail"}
OUTCOMES: Final[dict[Outcome, str]] = {
    Outcome.REPLIED: "Answered by the assistant",
    Outcome.HELD: "For staff, who had the conversation",
    Outcome.ATTACHED: "Added to the case: the assistant was paused",
    Outcome.FAILED: "The assistant failed: the patient got the holding text",
    Outcome.RECOVERED: "Answering was interrupted: the patient got the holding text",
}
EVENTS: Final = {
    "opened": "Case opened",
    "tier_raised": "Made more urgent",
    "attached": "The patient wrote again",
    "claimed": "Claimed",
    "waiting": "Staff replied",
    "open": "Handed back to the assistant",
    "resolved": "Resolved",
    "reopened": "Opened again",
    "assigned": "Assigned",
    "acknowledged": "Acknowledged",
}
#: How a case can end, as staff choose it.
RESOLUTIONS: Final = {
    "answered": "Answered here",
    "spoke": "Spoke with the patient",
    "emergency": "Emergency services or on-call clinician took over",
    "appointment": "Appointment arranged",
    "no_reply": "The patient could not be reached",
    "nothing": "Nothing to do (test, spam, duplicate)",
}
