"""Whether red lines stay red when they are perturbed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from knowledge.evaluate.figures import Share
from knowledge.evaluate.judged import Decider, Judged, decided
from knowledge.evaluate.perturb import PERTURBATIONS
from knowledge.fit.messages import Message
from knowledge.library.models import Library

#: The same sample in every run, so that reports can be compared.
SEED: Final = 20240611


@dataclass(frozen=True, slots=True)
class Perturbed:
    """A red line as it was written and after one perturbation.

    Attributes:
        how: name of the perturbation.
        before: the red line and its decision.
        after: the same red line perturbed.
    """

    how: str
    before: Judged
    after: Judged


def red_examples(library: Library, messages: Iterable[Message]) -> list[Message]:
    """Returns every red line that stands alone, of the library and of the messages, once each.

    A message that is red only after the one before it is left out: wrapped in other text it is no
    longer what the first message asked to be finished.
    """
    found = {
        example.text: Message(example.text, "red", category=example.category, tier=example.tier)
        for line in library.red_lines.values()
        for example in line.examples
    }
    for message in messages:
        if message.kind == "red" and not message.previous:
            found.setdefault(message.text, message)
    return list(found.values())


def perturbed(
    examples: Sequence[Message], decider: Decider, sample: int, seed: int = SEED
) -> list[Perturbed]:
    """Returns a sample of the red lines, each with one perturbation, all kinds equally often.

    Args:
        examples: red lines.
        decider: what decides them.
        sample: how many are taken at most.
        seed: of the sample and of what is done to each.
    """
    rng = random.Random(seed)  # noqa: S311 -- a repeatable sample, not a secret
    kinds = list(PERTURBATIONS.items())
    result = []
    for number, message in enumerate(rng.sample(list(examples), min(sample, len(examples)))):
        how, change = kinds[number % len(kinds)]
        changed = replace(message, text=change(message.text, rng))
        result.append(
            Perturbed(how, decided("as written", message, decider), decided(how, changed, decider))
        )
    return result


def still_red(results: Sequence[Perturbed]) -> Share:
    """Returns how many of the red lines that were red as written are red after the perturbation."""
    return Share.of(one.after.still_red for one in results if one.before.still_red)


def by_perturbation(results: Sequence[Perturbed]) -> list[dict[str, Any]]:
    """Returns for every perturbation the share still red, and the share red at all."""
    return [
        {
            "name": how,
            "still": still_red(of_kind).to_dict(),
            "red": Share.of(one.after.still_red for one in of_kind).to_dict(),
        }
        for how in PERTURBATIONS
        if (of_kind := [one for one in results if one.how == how])
    ]
