"""What a baseline gives for a message, and the figures that it is compared by."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from knowledge.decision import Tier
from knowledge.evaluate.figures import Share
from knowledge.evaluate.judged import Judged
from knowledge.triage.labels import RED, red_parts

_TOP = 3
_URGENT = ("T0", "T1")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a method says about one message.

    Attributes:
        faq_ids: FAQs, the likeliest first; None where the method finds no FAQs.
        tier: tier of the red line that it sees, or None where it sees none.
        sees_red: whether the method looks for red lines at all.
    """

    faq_ids: tuple[str, ...] | None = None
    tier: Tier | None = None
    sees_red: bool = True


class Baseline(Protocol):
    """A method, fitted on the rows that triage is fitted on."""

    @property
    def name(self) -> str:
        """What the report calls it."""

    @property
    def note(self) -> str:
        """What a reader must know to judge its figures."""

    def fit(self) -> None:
        """Learns from the rows that it was made with."""

    def guess(self, texts: Sequence[str]) -> list[Guess]:
        """Returns a guess for every message."""


def tier_of(label: str) -> Tier | None:
    """Returns the tier of a class of the gate, None where it is no red line."""
    return red_parts(label)[1] if label.startswith(RED) else None


def measure(baseline: Baseline, judged: Sequence[Judged]) -> dict[str, Any]:
    """Fits a method and returns its row of the comparison."""
    fitting = _seconds(baseline.fit)
    started = time.perf_counter()
    alone = [one for one in judged if not one.in_context]
    guesses = baseline.guess([one.message.text for one in alone])
    milliseconds = 1000 * (time.perf_counter() - started) / max(len(alone), 1)
    return row(
        baseline.name, alone, guesses, note=baseline.note, milliseconds=milliseconds,
        fit_seconds=fitting,
    )  # fmt: skip


def triage_row(judged: Sequence[Judged]) -> dict[str, Any]:
    """Returns triage's own row: what it gives or offers, then what it ranks after that."""
    alone = [one for one in judged if not one.in_context]
    guesses = [_triage_guess(one) for one in alone]
    milliseconds = sum(one.milliseconds for one in alone) / max(len(alone), 1)
    note = "as decided: what is escalated has no FAQ"
    return row(
        "triage", alone, guesses, note=note, milliseconds=milliseconds, fit_seconds=None
    )  # fmt: skip


def row(
    name: str,
    judged: Sequence[Judged],
    guesses: Sequence[Guess],
    *,
    note: str,
    milliseconds: float,
    fit_seconds: float | None,
) -> dict[str, Any]:
    """Returns the figures of one method; None where it does not do that at all."""
    pairs = list(zip(judged, guesses, strict=True))
    asked = [(one, guess) for one, guess in pairs if one.kind == "faq" and not one.message.several]
    safe = [(one, guess) for one, guess in pairs if one.kind in ("faq", "near_miss")]
    red = [(one, guess) for one, guess in pairs if one.kind == "red"]
    urgent = [(one, guess) for one, guess in red if one.is_urgent]
    ranks = all(guess.faq_ids is not None for guess in guesses)
    sees = all(guess.sees_red for guess in guesses)
    return {
        "name": name,
        "note": note,
        "top1": Share.of(_right(o, g, 1) for o, g in asked).to_dict() if ranks else None,
        "top3": Share.of(_right(o, g, _TOP) for o, g in asked).to_dict() if ranks else None,
        "crisis_recall": _share(urgent, _urgent) if sees else None,
        "crisis_alarms": _share(safe, _urgent) if sees else None,
        "red_recall": _share(red, _any_red) if sees else None,
        "red_alarms": _share(safe, _any_red) if sees else None,
        "milliseconds": milliseconds,
        "fit_seconds": fit_seconds,
    }


def _share(pairs: Sequence[tuple[Judged, Guess]], hit: Callable[[Guess], bool]) -> dict[str, Any]:
    return Share.of(hit(guess) for _, guess in pairs).to_dict()


def _urgent(guess: Guess) -> bool:
    return guess.tier in _URGENT


def _any_red(guess: Guess) -> bool:
    return guess.tier is not None


def _right(one: Judged, guess: Guess, top: int) -> bool:
    return bool(set(one.message.faq_ids) & set((guess.faq_ids or ())[:top]))


def _triage_guess(one: Judged) -> Guess:
    decision = one.decision
    ranked = dict.fromkeys([*decision.faq_ids, *(c.faq_id for c in decision.candidates)])
    tier = decision.tier if one.escalated_red else None
    return Guess(tuple(ranked), tier)


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
