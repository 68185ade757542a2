"""Finding red lines: the lexicon and the fitted gate, over every part of a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from knowledge.decision import Category, Tier
from knowledge.lexicon import Lexicon
from knowledge.triage.features import Floats
from knowledge.triage.labels import RED, red_parts
from knowledge.triage.parts import Part
from knowledge.triage.thresholds import Thresholds

#: Categories of danger to life or safety: found with recall first.
LIFE: Final = frozenset({"self_harm", "harm_to_others", "medical_emergency", "abuse"})


@dataclass(frozen=True, slots=True)
class RedLineFinding:
    """A red line in a message, with what staff are told about how it was found."""

    category: Category
    tier: Tier
    confidence: float
    language: str
    reasons: tuple[str, ...]


class RedLineGate:
    """Reads class probabilities (``red/<category>/<tier>``) and lexicon hits."""

    def __init__(self, classes: Sequence[str], lexicon: Lexicon, thresholds: Thresholds) -> None:
        self._classes = tuple(classes)
        self._lexicon = lexicon
        self._thresholds = thresholds
        red = [name.startswith(RED) for name in classes]
        life = [r and red_parts(name)[0] in LIFE for r, name in zip(red, classes, strict=True)]
        self._red = np.array(red)
        self._life = np.array(life)

    def find(
        self, parts: Sequence[Part], probabilities: Floats, reason_for: dict[str, str]
    ) -> RedLineFinding | None:
        """Returns the most severe red line of a message, or None.

        Args:
            parts: the parts of the message.
            probabilities: gate probabilities, shape (parts, classes).
            reason_for: words for staff by category.
        """
        found = [
            finding
            for finding in (
                self.by_wording(parts),
                self._by_meaning(parts, probabilities, reason_for, life=True),
                self._by_meaning(parts, probabilities, reason_for, life=False),
            )
            if finding is not None
        ]
        if not found:
            return None
        worst = min(found, key=lambda f: f.tier)
        reasons = tuple(
            dict.fromkeys(r for f in sorted(found, key=lambda f: f.tier) for r in f.reasons)
        )
        return RedLineFinding(
            worst.category, worst.tier, max(f.confidence for f in found), worst.language, reasons
        )

    def by_wording(self, parts: Sequence[Part]) -> RedLineFinding | None:
        """Returns the most severe red line that the lexicon finds in any part, or None."""
        hits = [hit for part in parts if (hit := self._lexicon.scan_folded(part.folded))]
        if not hits:
            return None
        worst = min(hits, key=lambda h: h.tier)
        reason = f'{worst.reason} (wording: "{worst.matched}")'
        return RedLineFinding(worst.category, worst.tier, 0.99, worst.language, (reason,))

    def _by_meaning(
        self,
        parts: Sequence[Part],
        probabilities: Floats,
        reason_for: dict[str, str],
        *,
        life: bool,
    ) -> RedLineFinding | None:
        mask = self._life if life else self._red
        limit = self._thresholds.life if life else self._thresholds.red
        scores = probabilities[:, mask].sum(axis=1)
        limits = np.array([self._limit(part, limit) for part in parts])
        over = scores - limits
        row = int(over.argmax())
        if over[row] < 0:
            return None
        best = int(np.where(mask, probabilities[row], -1).argmax())
        category, tier = red_parts(self._classes[best])
        score = float(scores[row])
        reason = f"{reason_for[category]} (meaning: {score:.0%} sure, limit {limit:.0%})"
        return RedLineFinding(category, tier, score, "en", (reason,))

    def _limit(self, part: Part, limit: float) -> float:
        # A window or a joined context is not a sentence somebody wrote: it must be clearer.
        extra = self._thresholds.fragment_margin if part.kind in ("window", "context") else 0.0
        return limit + extra * (1 - limit)
