from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.check import Report, check
from knowledge.encoder import Vectors
from tests.knowledge_copy import approve, copy_base
from tests.unit.knowledge.check.seeds import APPROVED, SEEDS

TODAY = dt.date(2026, 11, 24)


class SameMeaningEncoder:
    """Finds two wordings alike, one of them planted; all others point anywhere."""

    dimension = 64
    identity = "same-meaning"

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = [np.random.default_rng(self._seed(text)).normal(size=64) for text in texts]
        vectors = np.array(rows, dtype=np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def _seed(self, text: str) -> int:
        is_one_of_them = "zebra" in text or text.startswith("what if i am afraid of needles")
        return zlib.crc32(b"alike" if is_one_of_them else text.encode())


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
    return check(broken_base, today=TODAY, encoder=SameMeaningEncoder(), similarity=0.9)


@pytest.fixture(scope="session")
def shipped_report() -> Report:
    return check(today=TODAY)
