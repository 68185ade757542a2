"""A library of a few FAQs and red lines, and an encoder that needs no model, to fit for real."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from knowledge.encoder import Vectors
from knowledge.fit.messages import Message

DIMENSION: Final = 128
IDENTITY: Final = "words@1"


@dataclass(frozen=True)
class WordEncoder:
    """The sum of a fixed random vector for every word: texts that share words are near."""

    identity: str = IDENTITY
    dimension: int = DIMENSION

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = [sum((_vector(w) for w in text.split()), _vector("")) for text in texts]
        vectors = np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _vector(word: str) -> Any:
    seed = zlib.crc32(word.strip(".,?!;:").encode())
    return np.random.default_rng(seed).normal(size=DIMENSION)


#: Question, then openings and endings that are joined to the variants of a FAQ.
_FAQS: Final[Mapping[str, tuple[str, str]]] = {
    "hours": ("What are your opening hours?", "opening hours|the closing time on saturday"),
    "cost": ("How much does ketamine treatment cost?", "the price of an infusion|your fee"),
    "location": ("Where is the clinic located?", "the street address|directions to your building"),
    "driving": ("When can people drive again?", "driving a car home afterwards|driving next day"),
    "needle": ("Does the IV hurt?", "pain from the needle|whether the iv stings"),
    "evidence": (
        "Does ketamine help with suicidal thoughts?",
        "research on suicidal thoughts|studies of suicidal thinking",
    ),
    "parking": ("Is there parking?", "a parking lot|parking spaces for a van"),
}
_ASKING: Final = (
    "{}", "what about {}", "tell me about {}", "{} please", "a question on {}", "info about {}",
    "can you explain {}", "i would like to know {}",
)  # fmt: skip
_RED: Final[Mapping[str, tuple[str, str, Sequence[str]]]] = {
    "self_harm": (
        "R1", "T1",
        ("my rope is ready in the garage", "the ledge looks peaceful and i am on it",
         "i bought a gun and it is in my hand", "my letters to the family are sealed",
         "the river is where i am headed", "nobody will find me until monday",
         "i picked the date and it is friday", "the note is on my kitchen table",
         "i have my rope and my letters ready", "friday is my last day and the note is done",
         "i stand on the ledge with my note", "the gun is loaded for friday"),
    ),
    "dosing": (
        "R5", "T2",
        ("how many mg should i swallow", "is 200 mg a good dose for me", "double dose if i feel it",
         "should i take two lozenges", "how many lozenges can i take", "what dose should i take",
         "can i take 300 mg tonight", "i want a stronger dose in mg", "redose mg after one hour",
         "my dose in mg is low so take more", "take lozenges twice for more effect"),
    ),
    "account": (
        "R16", "T3",
        ("what was my lab result", "my balance on the invoice", "send my chart to doctor lee",
         "change my address on file", "my lab result from monday", "pull up my chart",
         "is my invoice paid", "read me my chart notes", "my file has the wrong birthday",
         "look at my lab file", "my invoice shows a wrong balance"),
    ),
}  # fmt: skip
_TALK: Final = {
    "greet": "hi|hello|hey there|good morning|good evening|hello again|hi bot|hey|morning all",
    "thank": "thanks|thank you|many thanks|thanks a lot|thank you so much|great thanks|cheers",
}
_OUTSIDE: Final = (
    "what is the weather", "weather in paris tomorrow", "who won the football game",
    "football scores", "write a poem on cats", "a poem about the sea", "tell me a joke",
    "another joke please", "best pizza recipe", "a recipe for soup", "translate this poem",
    "stock market news", "news about the football league",
)  # fmt: skip
_APART: Final = (
    ("hours", "opening hours on a holiday"), ("hours", "your closing time today"),
    ("cost", "the fee for an infusion"), ("cost", "what price is the treatment"),
    ("location", "which street is your building on"), ("location", "directions to the address"),
    ("driving", "is driving home next day ok"), ("driving", "drive a car again"),
    ("needle", "the needle stings and pain"), ("needle", "iv needle hurt"),
    ("evidence", "suicidal thoughts studies"), ("evidence", "research ketamine suicidal thinking"),
    ("parking", "parking lot for my van"), ("parking", "parking spaces"),
    (None, "a question on the fee to fly home"), (None, "explain the music and the lot"),
    (None, "the price of tea on saturday"), (None, "is the wifi free"),
    (None, "can people bring a street dog"), (None, "which nurse has a car"),
)  # fmt: skip


def write_library(root: Path) -> Path:
    """Writes the content files into an existing folder; returns it."""
    _yaml(root / "clinic.yml", {"facts": {"NAME": "A", "LOT": ""}, "timezone": "UTC", "hours": {},
                                "response_times": {}})  # fmt: skip
    source = {"organisation": "A", "title": "B", "evidence": "V", "verify": False}
    _yaml(root / "sources.yml", {"OWN": source})
    _yaml(root / "messages.yml", {"greet": {"en": _wording("Hello.")}})
    _yaml(root / "small_talk.yml", {k: v.split("|") for k, v in _TALK.items()})
    _yaml(root / "out_of_scope.yml", {"examples": list(_OUTSIDE)})
    for faq_id in _FAQS:
        _faq(root, faq_id)
    for category in _RED:
        _red_line(root, category)
    return root


def calibration() -> tuple[Message, ...]:
    """Returns messages written apart from the examples."""
    faqs = [Message(t, "faq" if i else "unanswerable", (i,) if i else ()) for i, t in _APART]
    red = [
        *(
            Message(text, "red", category="self_harm", tier="T1")
            for text in (
                "my note for friday is ready",
                "the note is on my table",
                "my rope is ready",
            )
        ),
        Message("is 400 mg a good dose", "red", category="dosing", tier="T2"),
        Message("my chart and my balance", "red", category="account", tier="T3"),
    ]
    talk = [
        Message(text, "small_talk", intent="greet")
        for text in ("hello hello", "thanks a lot again", "good evening", "many thanks to you")
    ]
    outside = (
        "a joke about football",
        "poem on the weather",
        "tell me a recipe",
        "who won the news",
    )
    return (*faqs, *red, *talk, *(Message(text, "out_of_scope") for text in outside))


def _faq(root: Path, faq_id: str) -> None:
    question, subjects = _FAQS[faq_id]
    front: dict[str, Any] = {
        "id": faq_id,
        "topic": "all",
        "question": question,
        "variants": [ask.format(subject) for subject in subjects.split("|") for ask in _ASKING],
        "sms": f"About {faq_id}.",
        "sources": ["OWN"],
        "footer": "soft_crisis" if faq_id == "evidence" else None,
        "review": {},
    }
    body = "{{LOT}} is our lot." if faq_id == "parking" else f"The answer about {faq_id}."
    path = root / "faqs" / "all" / f"{faq_id}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{yaml.safe_dump(front)}---\n{body}\n", encoding="utf-8")


def _red_line(root: Path, category: str) -> None:
    rule, tier, examples = _RED[category]
    path = root / "red_lines" / f"{category}.yml"
    path.parent.mkdir(exist_ok=True)
    _yaml(path, {
        "category": category, "rule": rule, "tier": tier, "definition": f"About {category}.",
        "reason": f"Reads like {category}", "reply": {"en": _wording(f"For {category}.")},
        "examples": [{"text": text} for text in examples],
    })  # fmt: skip


def _wording(text: str) -> dict[str, str]:
    return {"web": text, "sms": text}


def _yaml(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
