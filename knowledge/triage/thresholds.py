"""Everything that was fitted on data and is a number: stored with the index, never in code."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import ArtifactError


@dataclass(frozen=True, slots=True)
class RedLineLimit:
    """When a message counts as a red line.

    Attributes:
        limit: probability from which it does.
        bias, weights: of the probability, a logistic function of
            `knowledge.triage.red_lines.EVIDENCE`.
    """

    limit: float
    bias: float
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Fitted limits; probabilities in [0, 1].

    Attributes:
        life: when a message is a danger to life or safety.
        red: when it is any red line.
        wording: what the lexicon finds stands unless the mass on red lines of every part is less.
        answer: calibrated confidence from which a FAQ is given as the answer.
        clarify: confidence that one of three choices is right from which choices are offered.
        part_answer: confidence from which a sentence of a longer message has its own answer.
        small_talk: gate probability from which a message is small talk.
        out_of_scope: gate probability from which a message is out of scope.
        top_bias, top_weights: logistic calibration of "the first FAQ is right" over the features
            of `knowledge.triage.confidence`.
        three_bias, three_weights: the same for "one of the first three is right".
    """

    life: RedLineLimit
    red: RedLineLimit
    wording: float
    answer: float
    clarify: float
    part_answer: float
    small_talk: float
    out_of_scope: float
    top_bias: float
    top_weights: tuple[float, ...]
    three_bias: float
    three_weights: tuple[float, ...]

    def save(self, path: Path) -> None:
        """Writes the numbers as JSON."""
        path.write_text(json.dumps(dataclasses.asdict(self), indent=2), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Thresholds:
        """Reads what `save` wrote.

        Raises:
            ArtifactError: if the file is missing or lacks a number.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            for name in ("life", "red"):
                weights = tuple(data[name].pop("weights"))
                data[name] = RedLineLimit(weights=weights, **data[name])
            data["top_weights"] = tuple(data["top_weights"])
            data["three_weights"] = tuple(data["three_weights"])
            return cls(**data)
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise ArtifactError(
                f"{path}: {error}: run `make setup` to rebuild the index"
            ) from error
