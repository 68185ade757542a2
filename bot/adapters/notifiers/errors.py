"""What a notifier raises."""

from __future__ import annotations


class NotifierError(Exception):
    """A page could not be handed over; says why without address or text, for the desk."""
