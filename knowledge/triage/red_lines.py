"""Finding red lines: the lexicon and the fitted gate, over every part of a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from knowledge.decision import Category, Tier
from knowledge.lexicon import Lexicon, LexiconHit
from knowledge.triage.confidence import log_odds, logistic
from knowledge.triage.features import Floats
from knowledge.triage.labels import RED, red_parts
from knowledge.triage.parts import Part, PartKind
from knowledge.triage.retraction import is_retraction
from knowledge.triage.thresholds import RedLineLimit, Thresholds

#: Categories of danger to life or safety: found with recall first.
LIFE: Final = frozenset({"self_harm", "harm_to_others", "medical_emergency", "abuse"})
#: What speaks for a red line, in the order of the fitted weights: the message as a whole (joined to
#: the one before, or in windows where it is long), how much more one of its sentences does, and
#: wording that the lexicon knows.
EVIDENCE: Final = ("whole", "sentence", "wording")
_URGENT: Final = ("T0", "T1")
#: A danger is handled as a threat to life now (T0) when so much of its probability says so. On the
#: calibration set the likeliest class alone finds 0.952 of those, this 0.98 (docs/evaluation.md).
_SHARE_OF_NOW: Final = 0.25


@dataclass(frozen=True, slots=True)
class RedLineFinding:
    """A red line in a message, with what staff are told about how it was found."""

    category: Category
    tier: Tier
    confidence: float
    language: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """Parts of a message, their class probabilities, and what the lexicon finds in each."""

    parts: Sequence[Part]
    scores: Floats
    hits: Sequence[LexiconHit | None]

    def only(self, rows: Sequence[int]) -> _Reading:
        """Returns the reading of some of the parts."""
        return _Reading(
            [self.parts[i] for i in rows], self.scores[list(rows)], [self.hits[i] for i in rows]
        )

    def without(self, *kinds: PartKind) -> _Reading:
        """Returns the reading of the parts of other kinds."""
        return self.only([i for i, part in enumerate(self.parts) if part.kind not in kinds])


class RedLineGate:
    """Reads the fitted gate's scores and the lexicon's hits."""

    def __init__(self, classes: Sequence[str], lexicon: Lexicon, thresholds: Thresholds) -> None:
        self._classes = tuple(classes)
        # Every part is asked about several times in a decision, and again with the next message.
        self._scan = lru_cache(maxsize=512)(lexicon.scan_folded)
        self._thresholds = thresholds
        self._red, self._life = red_columns(classes), life_columns(classes)
        self._now = np.array(
            [name.startswith(RED) and red_parts(name)[1] == "T0" for name in classes]
        )

    def find(
        self, parts: Sequence[Part], scores: Floats, reason_for: Mapping[str, str]
    ) -> RedLineFinding | None:
        """Returns the most severe red line of a message, or None.

        Args:
            parts: the parts of the message.
            scores: class probabilities of them, shape (parts, classes).
            reason_for: words for staff by category.
        """
        # Looked up once: three readings share the hits.
        reading = _Reading(parts, scores, [self._hit(part) for part in parts])
        before = next((i for i, part in enumerate(parts) if part.kind == "previous"), None)
        if before is None:
            return self._found(reading, reason_for)
        alone = [replace(parts[before], kind="whole")]
        earlier = self._found(
            _Reading(alone, scores[before : before + 1], [self._hit(alone[0])]), reason_for
        )
        now = self._found(reading.without("previous"), reason_for)
        if earlier is None:
            return now
        # A red line by itself was handled as one when it came. New is what this message says by
        # itself, what both together make worse, and that a danger is taken back.
        if now and now.tier >= earlier.tier:
            now = self._found(reading.without("previous", "context"), reason_for)
        if earlier.tier in _URGENT and is_retraction(parts[0].folded):
            reason = "The message takes back a danger that was just told, which does not cancel it"
            earlier = replace(earlier, reasons=(*earlier.reasons, reason))
            return min((f for f in (earlier, now) if f), key=lambda finding: finding.tier)
        return now

    def by_wording(self, parts: Sequence[Part]) -> RedLineFinding | None:
        """Returns the most severe red line that the lexicon finds in any part, or None."""
        return _worded([self._hit(part) for part in parts])

    def _hit(self, part: Part) -> LexiconHit | None:
        return None if part.kind == "previous" else self._scan(part.folded)

    def _found(self, reading: _Reading, reason_for: Mapping[str, str]) -> RedLineFinding | None:
        """Returns the most severe red line of these parts, all of which count."""
        worded = _worded(reading.hits)
        if worded and reading.scores[:, self._red].sum(axis=1).max() < self._thresholds.wording:
            # "I would kill for a parking space": the gate is all but sure that it is harmless.
            # Where it cannot be asked, the lexicon alone decides (`knowledge.lexicon`).
            worded = None
        findings = [
            finding
            for finding in (
                worded,
                self._by_meaning(reading, self._life, self._thresholds.life, reason_for),
                self._by_meaning(reading, self._red, self._thresholds.red, reason_for),
            )
            if finding is not None
        ]
        if not findings:
            return None
        findings.sort(key=lambda finding: finding.tier)
        reasons = tuple(dict.fromkeys(reason for f in findings for reason in f.reasons))
        confidence = max(finding.confidence for finding in findings)
        return replace(findings[0], confidence=confidence, reasons=reasons)

    def _by_meaning(
        self,
        reading: _Reading,
        among: npt.NDArray[np.bool_],
        limit: RedLineLimit,
        reason_for: Mapping[str, str],
    ) -> RedLineFinding | None:
        masses = reading.scores[:, among].sum(axis=1)
        categories = {red_parts(self._classes[i])[0] for i in np.flatnonzero(among)}
        worded = any(hit is not None and hit.category in categories for hit in reading.hits)
        evidence = red_evidence(reading.parts, masses, worded=worded)
        confidence = float(logistic(evidence @ np.asarray(limit.weights) + limit.bias))
        if confidence < limit.limit:
            return None
        among_row = np.where(among, reading.scores[int(masses.argmax())], 0)
        now = among_row * self._now
        likely = now if now.sum() >= _SHARE_OF_NOW * among_row.sum() else among_row
        category, tier = red_parts(self._classes[int(likely.argmax())])
        reason = f"{reason_for[category]} (meaning: {confidence:.0%} sure)"
        return RedLineFinding(category, tier, confidence, "en", (reason,))


def _worded(hits: Sequence[LexiconHit | None]) -> RedLineFinding | None:
    worst = min((hit for hit in hits if hit), key=lambda hit: hit.tier, default=None)
    if worst is None:
        return None
    reason = f'{worst.reason} (wording: "{worst.matched}")'
    return RedLineFinding(worst.category, worst.tier, 0.99, worst.language, (reason,))


def red_columns(classes: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Returns which classes are red lines."""
    return np.array([name.startswith(RED) for name in classes])


def life_columns(classes: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Returns which classes are dangers to life or safety."""
    return np.array([name.startswith(RED) and red_parts(name)[0] in LIFE for name in classes])


def red_evidence(parts: Sequence[Part], masses: Floats, *, worded: bool) -> Floats:
    """Returns what speaks for a red line in a message, shape (3,); see `EVIDENCE`.

    Args:
        parts: the parts of the message; the message before does not count.
        masses: probability of the red lines in question for every part.
        worded: whether the lexicon finds one of them.
    """
    odds = log_odds(np.asarray(masses, dtype=np.float32))

    def highest(*kinds: str) -> float:
        found = [float(o) for o, part in zip(odds, parts, strict=True) if part.kind in kinds]
        return max(found, default=-np.inf)

    whole = highest("whole", "context", "window")
    sentence = max(highest("sentence"), whole)
    return np.array([whole, sentence - whole, worded], dtype=np.float32)
