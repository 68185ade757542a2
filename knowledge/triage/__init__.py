"""Triage: what to do with a message."""

from knowledge.triage.engine import Triage

__all__ = ["Triage"]
