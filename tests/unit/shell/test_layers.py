from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.shell.layers import MARKERS, layer_of

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [*(ROOT / "knowledge" / "triage").glob("*.py"), ROOT / "knowledge" / "lexicon.py"]
SOURCES.append(ROOT / "actions" / "shortcuts.py")


@pytest.mark.parametrize("words", [words for words, _ in MARKERS])
def test_marker_stands_in_the_source_when_triage_words_its_reasons(words: str) -> None:
    assert any(words in file.read_text(encoding="utf-8") for file in SOURCES)


def test_layer_is_plain_triage_when_the_reason_is_new() -> None:
    assert layer_of("Because.") == "triage"
