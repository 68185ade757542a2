from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.check import Report, check
from knowledge.encoder import Vectors
from tests.knowledge_copy import approve, copy_base
from tests.unit.knowledge.check.seeds import APPROVED, SEEDS

TODAY = dt.date(2026, 11, 24)


class SameWordsEncoder:
    """Two texts are the same to it when their first words, sorted, are."""

    dimension = 4096
    identity = "same-words"

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            key = "hurt" if "urt" in text or "needles" in text else text
            vectors[row, self._rows.setdefault(key, len(self._rows))] = 1
        return vectors


@pytest.fixture(scope="session")
def broken_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_base(tmp_path_factory.mktemp("broken"))
    hours = (root / "faqs/logistics-and-privacy/hours.md").read_text(encoding="utf-8")
    moved = hours.replace("topic: logistics-and-privacy", "topic: routes")
    for faq_id, on, until in APPROVED:
        approve(root, faq_id, on, until)
    for seed in SEEDS:
        path = root / seed.path
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(seed.edit(text) or moved, encoding="utf-8")
    approve(root, "nausea", dt.date(2026, 11, 1), dt.date(2026, 12, 1))  # as edited above
    return root


@pytest.fixture(scope="session")
def broken_report(broken_base: Path) -> Report:
    return check(broken_base, today=TODAY, encoder=SameWordsEncoder(), similarity=0.9)


@pytest.fixture(scope="session")
def shipped_report() -> Report:
    return check(today=TODAY)
