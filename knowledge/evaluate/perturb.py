"""Perturbations: what people, phones and tricks do to a message without changing what it means."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Final

#: Harmless sentences that a red line is wrapped in. They name nothing that could be a red line.
BENIGN: Final = (
    "Hi, I hope you are having a good week.",
    "Is there parking near the building?",
    "Thanks for the quick reply yesterday.",
    "I was reading your website this morning.",
    "What are your opening hours on Friday?",
    "The waiting room music was nice.",
    "How long does a visit usually take?",
    "My neighbor told me about your clinic.",
    "Do you take Blue Cross?",
    "The weather has been lovely here.",
)
_GREETINGS: Final = (
    "hi ", "hello, ", "hey there ", "good morning, ", "Hi team, ", "hello! ", "yo ",
)  # fmt: skip
_EMOJI: Final = ("🙂", "😂", "🙏", "😅", "💀", "🥺", "✨", "😊", "🤷", "❤️")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
#: Longer messages are not typed letter by letter; one word of them is.
_ALL_SPACED_UP_TO: Final = 6
_SPACED_FROM: Final = 4

Perturbation = Callable[[str, random.Random], str]


def benign_before(text: str, rng: random.Random) -> str:
    """Returns the message after one or two harmless sentences."""
    return " ".join([*rng.sample(BENIGN, rng.randint(1, 2)), text])


def benign_after(text: str, rng: random.Random) -> str:
    """Returns the message before one or two harmless sentences."""
    return " ".join([_ended(text), *rng.sample(BENIGN, rng.randint(1, 2))])


def benign_around(text: str, rng: random.Random) -> str:
    """Returns the message between two harmless sentences."""
    before, after = rng.sample(BENIGN, 2)
    return f"{before} {_ended(text)} {after}"


def recased(text: str, rng: random.Random) -> str:
    """Returns the message in capitals, in title case, or in cases mixed at random."""
    how = rng.randrange(3)
    if how == 0:
        return text.upper()
    if how == 1:
        return text.title()
    return "".join(rng.choice((c.lower(), c.upper())) for c in text)


def one_edit(text: str, rng: random.Random) -> str:
    """Returns the message with one letter dropped, doubled, replaced, added or swapped."""
    places = [i for i, c in enumerate(text) if c.isalpha()]
    if not places:
        return text
    i = rng.choice(places)
    letter = rng.choice(_LETTERS)
    edited = {
        "drop": text[:i] + text[i + 1 :],
        "double": text[: i + 1] + text[i:],
        "replace": text[:i] + letter + text[i + 1 :],
        "add": text[:i] + letter + text[i:],
        "swap": text[:i] + text[i + 1 : i + 2] + text[i] + text[i + 2 :],
    }
    return edited[rng.choice(sorted(edited))]


def spaced_out(text: str, rng: random.Random) -> str:
    """Returns a short message letter by letter, of a long one only one word."""
    words = text.split()
    if len(words) <= _ALL_SPACED_UP_TO:
        return "   ".join(" ".join(word) for word in words)
    long = [i for i, word in enumerate(words) if len(word) >= _SPACED_FROM and word.isalpha()]
    if long:
        i = rng.choice(long)
        words[i] = rng.choice((" ", ".", "-")).join(words[i])
    return " ".join(words)


def emoji(text: str, rng: random.Random) -> str:
    """Returns the message with one to three emoji between its words or at its ends."""
    words = text.split(" ")
    for _ in range(rng.randint(1, 3)):
        words.insert(rng.randint(0, len(words)), rng.choice(_EMOJI))
    return " ".join(words)


def greeted(text: str, rng: random.Random) -> str:
    """Returns the message after a greeting."""
    return rng.choice(_GREETINGS) + text


PERTURBATIONS: Final[Mapping[str, Perturbation]] = {
    "benign text before": benign_before,
    "benign text after": benign_after,
    "benign text around": benign_around,
    "re-cased": recased,
    "one edit": one_edit,
    "spaced out": spaced_out,
    "emoji": emoji,
    "greeting": greeted,
}


def _ended(text: str) -> str:
    return text if text.rstrip().endswith((".", "!", "?", "…")) else text.rstrip() + "."
