"""What a clinician sees of an answer before signing it, and the signing."""

from knowledge.review.decide import (
    RefusedDecisionError,
    Reviewer,
    decide,
    last_possible_day,
    prepare,
    usual_day,
)
from knowledge.review.items import STATUSES, ReviewItem, Reviews, Status

__all__ = [
    "STATUSES",
    "RefusedDecisionError",
    "ReviewItem",
    "Reviewer",
    "Reviews",
    "Status",
    "decide",
    "last_possible_day",
    "prepare",
    "usual_day",
]
