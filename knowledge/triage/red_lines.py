"""Finding red lines: the lexicon and the fitted gate, over every part of a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

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


@dataclass(frozen=True)
class GateScores:
    """What the fitted gate says of every part: class probabilities, and how red it is at all."""

    classes: Floats
    red: Floats


class RedLineGate:
    """Reads the fitted gate's scores and the lexicon's hits."""

    def __init__(self, classes: Sequence[str], lexicon: Lexicon, thresholds: Thresholds) -> None:
        self._classes = tuple(classes)
        self._lexicon = lexicon
        self._thresholds = thresholds
        red = [name.startswith(RED) for name in classes]
        life = [r and red_parts(name)[0] in LIFE for r, name in zip(red, classes, strict=True)]
        self._red = np.array(red)
        self._life = np.array(life)

    def find(
        self, parts: Sequence[Part], scores: GateScores, reason_for: Mapping[str, str]
    ) -> RedLineFinding | None:
        """Returns the most severe red line of a message, or None.

        Args:
            parts: the parts of the message.
            scores: what the gate says of them.
            reason_for: words for staff by category.
        """
        found = [
            finding
            for finding in (
                self.by_wording(parts),
                self._life_danger(parts, scores, reason_for),
                self._any_red(parts, scores, reason_for),
            )
            if finding is not None
        ]
        if not found:
            return None
        found.sort(key=lambda finding: finding.tier)
        worst = found[0]
        reasons = tuple(dict.fromkeys(reason for f in found for reason in f.reasons))
        confidence = max(f.confidence for f in found)
        return RedLineFinding(worst.category, worst.tier, confidence, worst.language, reasons)

    def by_wording(self, parts: Sequence[Part]) -> RedLineFinding | None:
        """Returns the most severe red line that the lexicon finds in any part, or None."""
        hits = [(p.kind, hit) for p in parts if (hit := self._lexicon.scan_folded(p.folded))]
        if any(kind == "previous" for kind, _ in hits):
            # The message before was a red line by itself, and was handled as one then.
            hits = [(kind, hit) for kind, hit in hits if kind not in ("previous", "context")]
        if not hits:
            return None
        worst = min((hit for _, hit in hits), key=lambda hit: hit.tier)
        reason = f'{worst.reason} (wording: "{worst.matched}")'
        return RedLineFinding(worst.category, worst.tier, 0.99, worst.language, (reason,))

    def _life_danger(
        self, parts: Sequence[Part], scores: GateScores, reason_for: Mapping[str, str]
    ) -> RedLineFinding | None:
        danger = scores.classes[:, self._life].sum(axis=1)
        row = self._over(parts, danger, self._thresholds.life)
        return None if row is None else self._named(row, danger, self._life, scores, reason_for)

    def _any_red(
        self, parts: Sequence[Part], scores: GateScores, reason_for: Mapping[str, str]
    ) -> RedLineFinding | None:
        row = self._over(parts, scores.red, self._thresholds.red)
        return None if row is None else self._named(row, scores.red, self._red, scores, reason_for)

    def _over(self, parts: Sequence[Part], values: Floats, limit: float) -> int | None:
        """Returns the part that is furthest over the limit, if any is."""
        over = [
            float(value) - self._limit(part, limit)
            for part, value in zip(parts, values, strict=True)
        ]
        before = next((i for i, part in enumerate(parts) if part.kind == "previous"), None)
        if before is not None and over[before] >= 0:
            over = [-1.0 if p.kind == "context" else o for p, o in zip(parts, over, strict=True)]
        if before is not None:
            over[before] = -1.0
        row = int(np.argmax(over))
        return row if over[row] >= 0 else None

    def _named(
        self,
        row: int,
        values: Floats,
        among: npt.NDArray[np.bool_],
        scores: GateScores,
        reason_for: Mapping[str, str],
    ) -> RedLineFinding:
        best = int(np.where(among, scores.classes[row], -1).argmax())
        category, tier = red_parts(self._classes[best])
        score = float(values[row])
        reason = f"{reason_for[category]} (meaning: {score:.0%} sure)"
        return RedLineFinding(category, tier, score, "en", (reason,))

    def _limit(self, part: Part, limit: float) -> float:
        # A window or a joined context is not a sentence somebody wrote: it must be clearer.
        extra = self._thresholds.fragment_margin if part.kind in ("window", "context") else 0.0
        return limit + extra * (1 - limit)
