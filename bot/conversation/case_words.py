"""Plain words for tiers and categories, for everything that staff read."""

from __future__ import annotations

from typing import Final

from knowledge.decision import Category, Tier

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
