"""The usual way to do FAQs in Rasa, as a project folder: retrieval intents, DIET, ResponseSelector.

Nothing here imports Rasa: it is written for Rasa's own environment to train and run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from knowledge.fit.dataset import Row
from knowledge.triage.labels import FAQ_CLASS

RETRIEVAL_INTENT: Final = "faq"
#: Rasa reads brackets as entities.
_MARKUP: Final = re.compile(r"[\[\](){}]")


def intent_of(row: Row) -> str | None:
    """Returns the intent that a row is an example of; None where Rasa has no place for it."""
    if row.in_context or (row.label == FAQ_CLASS and row.owner is None):
        return None
    return f"{RETRIEVAL_INTENT}/{row.owner}" if row.owner else row.label.replace("/", "_")


def intents(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Returns the examples of every intent."""
    found: dict[str, list[str]] = {}
    for row in rows:
        intent = intent_of(row)
        text = _MARKUP.sub(" ", row.text).strip()
        if intent and text:
            found.setdefault(intent, []).append(text)
    return found


def write_project(folder: Path, examples: Mapping[str, Sequence[str]], epochs: int) -> str:
    """Writes config, domain and training data, and returns the SHA-256 of what they say."""
    nlu = [{"intent": name, "examples": _listed(texts)} for name, texts in examples.items()]
    files: dict[str, Any] = {
        "config.yml": _config(epochs),
        "domain.yml": _domain(examples),
        "nlu.yml": {"version": "3.1", "nlu": nlu},
    }
    digest = hashlib.sha256()
    for name, content in files.items():
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)
        (folder / name).write_text(text, encoding="utf-8")
        digest.update(text.encode())
    return digest.hexdigest()


def _config(epochs: int) -> dict[str, Any]:
    """Returns the pipeline that `rasa init` proposes, with a selector for the FAQs."""
    learnt = {"epochs": epochs, "constrain_similarities": True, "random_seed": 1}
    return {
        "recipe": "default.v1",
        "language": "en",
        "pipeline": [
            {"name": "WhitespaceTokenizer"},
            {"name": "RegexFeaturizer"},
            {"name": "LexicalSyntacticFeaturizer"},
            {"name": "CountVectorsFeaturizer"},
            {
                "name": "CountVectorsFeaturizer", "analyzer": "char_wb",
                "min_ngram": 1, "max_ngram": 4,
            },
            {"name": "DIETClassifier", **learnt},
            {"name": "EntitySynonymMapper"},
            {"name": "ResponseSelector", "retrieval_intent": RETRIEVAL_INTENT, **learnt},
        ],
    }  # fmt: skip


def _domain(examples: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    faqs = [name for name in examples if name.startswith(f"{RETRIEVAL_INTENT}/")]
    plain = [name for name in examples if name not in faqs]
    return {
        "version": "3.1",
        "intents": [*plain, RETRIEVAL_INTENT],
        "responses": {f"utter_{name}": [{"text": name}] for name in faqs},
    }


def _listed(texts: Sequence[str]) -> str:
    return "".join(f"- {text}\n" for text in texts)
