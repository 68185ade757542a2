"""Calibration messages amid others: how much a sentence alone may say is learnt on these.

Few authored messages hide a red line among harmless questions, or hold several of those. So some of
the calibration messages are put among others of that set, red lines and harmless ones alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Final

from knowledge.fit.messages import Message

#: Assumed: of four messages one has company. Measured is only that it helps (docs/evaluation.md).
_EVERY: Final = 3
_SEED: Final = 20261124
_ENDS: Final = (".", "!", "?", "…")


def surrounded(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Returns every third message that stands alone among one or two harmless questions.

    Small talk and what is out of scope are left out: with a question beside them they are neither.

    Args:
        messages: the calibration messages; the questions are taken from these too.
    """
    random = Random(_SEED)  # noqa: S311 - the same in every build, not a secret
    questions = [m for m in messages if m.kind == "faq" and not m.previous and not m.several]
    alone = [
        m
        for m in messages
        if m.kind in ("red", "faq", "near_miss", "unanswerable") and not m.previous
    ]
    return tuple(_among(message, questions, random) for message in alone[::_EVERY] if questions)


def _among(message: Message, questions: Sequence[Message], random: Random) -> Message:
    texts = [random.choice(questions).text for _ in range(random.choice((1, 1, 2)))]
    texts.insert(random.randint(0, len(texts)), message.text)
    return replace(message, text=" ".join(_ended(text, random) for text in texts))


def _ended(text: str, random: Random) -> str:
    text = text.rstrip()
    return text if text.endswith(_ENDS) else text + random.choice((".", "?", ",", ""))
