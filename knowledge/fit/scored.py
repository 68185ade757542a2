"""Messages scored by parts that never saw them, and the limits fitted on those scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.fit import limits
from knowledge.fit.gate import (
    LIFE_COST,
    LIFE_SHARE,
    MOST_HARMLESS,
    RED_COST,
    RED_SHARE,
    cheapest_limit,
    fit_red_limit,
)
from knowledge.fit.retrieval import fit_calibration
from knowledge.triage.confidence import features, logistic
from knowledge.triage.features import Floats
from knowledge.triage.labels import FAQ_CLASS, OUT_OF_SCOPE_CLASS, RED, SMALL_TALK, red_parts
from knowledge.triage.red_lines import LIFE
from knowledge.triage.thresholds import RedLineLimit, Thresholds


@dataclass(frozen=True, slots=True)
class Confidence:
    """Calibration of retrieval and the limits chosen on it; see `Thresholds`."""

    answer: float
    clarify: float
    top_bias: float
    top_weights: tuple[float, ...]
    three_bias: float
    three_weights: tuple[float, ...]


@dataclass(frozen=True)
class Scored:
    """Scores of messages, with what is right for each.

    Attributes:
        gate: gate probabilities of the whole message, shape (rows, classes).
        life, red: evidence for red lines (danger to life; all), shape (rows, 3).
        most_red: highest mass on red lines over a message's parts, shape (rows,).
        worded: whether the lexicon finds a red line in a message, shape (rows,).
        ranking: probability of every FAQ, shape (rows, N).
        evidence: evidence of every FAQ, shape (rows, N, kinds).
        right: numbers of the FAQs that answer a message; empty where none does.
        kinds: gate class of every message.
        alone: whether a message was not put amid others, shape (rows,).
        single: whether a message stands alone and asks one thing at most, shape (rows,): what the
            confidence of retrieval is fitted on.
    """

    gate: Floats
    life: Floats
    red: Floats
    most_red: Floats
    worded: npt.NDArray[np.bool_]
    ranking: Floats
    evidence: Floats
    right: tuple[frozenset[int], ...]
    kinds: tuple[str, ...]
    alone: npt.NDArray[np.bool_]
    single: npt.NDArray[np.bool_]

    def thresholds(self, classes: tuple[str, ...], confidence: Confidence) -> Thresholds:
        """Returns every limit, fitted on these rows.

        Args:
            classes: names of the gate's classes.
            confidence: the calibration of retrieval, fitted on the messages written apart.
        """
        kinds = np.array(self.kinds)
        talk = [i for i, c in enumerate(classes) if c.startswith(SMALL_TALK)]
        life, red, wording = self._red_limits(kinds)
        return Thresholds(
            life=life,
            red=red,
            wording=wording,
            answer=confidence.answer,
            clarify=confidence.clarify,
            part_answer=confidence.answer,
            small_talk=limits.lowest_limit(
                self.gate[:, talk].sum(axis=1),
                np.char.startswith(kinds, SMALL_TALK),
                limits.RIGHT_CLASS,
                floor=0.4,
            ),
            out_of_scope=limits.lowest_limit(
                self.gate[:, classes.index(OUT_OF_SCOPE_CLASS)],
                kinds == OUT_OF_SCOPE_CLASS,
                limits.RIGHT_CLASS,
                floor=0.4,
            ),
            top_bias=confidence.top_bias,
            top_weights=confidence.top_weights,
            three_bias=confidence.three_bias,
            three_weights=confidence.three_weights,
        )

    def confidence(self, classes: tuple[str, ...]) -> Confidence:
        """Returns the calibration of retrieval over the rows that would reach it.

        Args:
            classes: names of the gate's classes.
        """
        safe = self.single & ~np.char.startswith(np.array(self.kinds), RED)
        values = features(self.ranking, self.evidence, self.gate[:, classes.index(FAQ_CLASS)])
        first, three = self._right_in_ranking()
        top_bias, top_weights = fit_calibration(values[safe], first[safe])
        three_bias, three_weights = fit_calibration(values[safe], three[safe])
        top_scores = logistic(values @ np.array(top_weights) + top_bias)
        answer = limits.lowest_limit(top_scores[safe], first[safe], 1 - limits.WRONG_ANSWERS)
        return Confidence(answer, limits.CLARIFY, top_bias, top_weights, three_bias, three_weights)

    def _right_in_ranking(self) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Returns whether the first, and whether one of the first three FAQs is right."""
        order = np.argsort(-self.ranking, axis=1)[:, :3]
        first = [int(o[0]) in right for o, right in zip(order, self.right, strict=True)]
        three = [bool(right & set(o.tolist())) for o, right in zip(order, self.right, strict=True)]
        return np.array(first), np.array(three)

    def _red_limits(self, kinds: npt.NDArray[Any]) -> tuple[RedLineLimit, RedLineLimit, float]:
        """Returns the limits on danger to life, on all red lines, and on what wording finds."""
        safe = ~np.char.startswith(kinds, RED)
        in_life = np.array([k.startswith(RED) and red_parts(k)[0] in LIFE for k in self.kinds])
        worded = np.where(self.worded, self.most_red, 0)
        wording = cheapest_limit(
            worded[in_life & self.alone],
            worded[safe & self.alone],
            miss_cost=LIFE_COST,
            share=LIFE_SHARE,
        )
        # A danger hidden among questions must be found too, whatever more false alarms that costs.
        # What is no danger to life may be asked for once more: its limit is for plain messages.
        everything = np.ones_like(self.alone)
        return (
            fit_red_limit(
                self.life,
                in_life,
                safe,
                judged=everything,
                miss_cost=LIFE_COST,
                share=LIFE_SHARE,
                cautious=True,
            ),
            fit_red_limit(
                self.red, ~safe, safe, judged=self.alone, miss_cost=RED_COST, share=RED_SHARE
            ),
            min(wording, MOST_HARMLESS),
        )
