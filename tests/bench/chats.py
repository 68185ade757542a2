"""What the senders of a measurement say: chats of three messages, the same for every system.

The messages are the held-out ones, sorted by what triage does with them. So the mix is what was
asked for, also where a message's author meant something else.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from knowledge.library import load_library
from knowledge.runtime import Places, open_triage

ROOT: Final = Path(__file__).resolve().parents[2]
TURNS: Final = 3
#: Shares of a realistic mix of traffic.
MIX: Final = {"faq": 0.7, "small_talk": 0.1, "clarify": 0.1, "escalate": 0.1}
_HELD_OUT: Final = ("benign", "red_lines", "unanswerable")
_ROUTES: Final = {
    "answer": "faq", "smalltalk": "small_talk", "clarify": "clarify", "escalate": "escalate",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chats:
    """Messages by kind, to draw chats from."""

    texts: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, path: Path) -> Chats:
        """Reads the messages, or sorts and keeps them if nobody has yet."""
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(_sorted_texts(), indent=1), encoding="utf-8")
        texts = json.loads(path.read_text(encoding="utf-8"))
        return cls({kind: tuple(texts[kind]) for kind in MIX})

    def draw(self, seed: int) -> Iterator[tuple[str, ...]]:
        """Yields chats without end; no message comes again before all of its kind have come."""
        dice = random.Random(seed)
        decks = {kind: _deck(texts, dice) for kind, texts in self.texts.items()}
        kinds, shares = list(MIX), list(MIX.values())
        while True:
            yield tuple(next(decks[kind]) for kind in dice.choices(kinds, shares, k=TURNS))


def _deck(texts: Sequence[str], dice: random.Random) -> Iterator[str]:
    while True:
        yield from dice.sample(texts, len(texts))


def _sorted_texts() -> dict[str, list[str]]:
    """Returns the held-out messages and the small talk of the library, by what is done with them.

    A message that would pause the conversation is left out: what follows it is not answered.
    """
    library, triage = open_triage(Places(ROOT / "var" / "index", ROOT / "var" / "encoder"))
    found: dict[str, list[str]] = {kind: [] for kind in MIX}
    talk = (text for texts in load_library().small_talk.values() for text in texts)
    for text in dict.fromkeys([*_held_out(), *talk]):
        decision = triage.decide(text)
        kind = _ROUTES.get(decision.route)
        if kind is not None and decision.tier not in ("T0", "T1"):
            found[kind].append(text)
    del library
    return found


def _held_out() -> Iterator[str]:
    for name in _HELD_OUT:
        lines = (ROOT / "tests" / "heldout" / f"{name}.jsonl").read_text(encoding="utf-8")
        yield from (json.loads(line)["text"] for line in lines.splitlines() if line.strip())
