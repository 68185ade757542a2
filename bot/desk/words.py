"""The desk's plain words for what the core names with codes."""

from __future__ import annotations

from typing import Final

from bot.conversation.model import Outcome
from knowledge.decision import Category, Route, Tier

TIERS: Final[dict[Tier, str]] = {
    "T0": "Life threat",
    "T1": "Safety crisis",
    "T2": "Clinical",
    "T3": "Routine",
}
CATEGORIES: Final[dict[Category, str]] = {
    "self_harm": "Suicide or self-harm",
    "harm_to_others": "Danger to someone else",
    "medical_emergency": "Medical emergency",
    "adverse_effect": "Possible side effect",
    "dosing": "Asks about a dose",
    "diversion": "Misuse, or getting ketamine elsewhere",
    "medication_advice": "Asks about their medicines",
    "stopping_medication": "Asks about stopping a medicine",
    "pregnancy": "Pregnancy or breastfeeding",
    "eligibility": "Asks if treatment is right for them",
    "minor": "About someone under 18",
    "abuse": "Abuse or an unsafe home",
    "psychosis_mania": "Signs of psychosis or mania",
    "distress": "Severe distress",
    "account": "Own records or appointment",
    "complaint": "Complaint",
    "human_request": "Asks for a person",
    "language": "Needs another language",
    "unanswerable": "No approved answer",
    "failure": "The assistant failed",
}
ROUTES: Final[dict[Route, str]] = {
    "answer": "Answer with an approved text",
    "clarify": "Ask which question was meant",
    "smalltalk": "Small talk",
    "out_of_scope": "Not about the clinic",
    "escalate": "Hand over to staff",
}
CHANNELS: Final = {"web": "Website chat", "sms": "Text message"}
LANGUAGES: Final = {"en": "English", "es": "Spanish"}
METHODS: Final = {"phone": "Phone call", "text": "Text message", "email": "E-mail"}
OUTCOMES: Final[dict[Outcome, str]] = {
    Outcome.REPLIED: "Answered by the assistant",
    Outcome.HELD: "For staff: the assistant was silent",
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
