"""The web process's fallback: no model, no numpy, and no time to speak of."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import Final

import pytest

from knowledge.lexicon import Lexicon
from knowledge.library import KNOWLEDGE_DIR, load_library

#: Libraries that hold the model and the index; the fallback must answer without them.
HEAVY: Final = (
    "numpy onnxruntime faiss sklearn torch scipy lingua tokenizers sentence_transformers".split()
)
_PROGRAM: Final = """
import sys
for name in {heavy}:
    sys.modules[name] = None  # importing it now fails
from knowledge.lexicon import Lexicon
from knowledge.library import load_library
from knowledge.reply import holding_reply
library, lexicon = load_library(), Lexicon.load()
for text in ("what is ketamine? i took a bunch of pills", "suicde", "what are your hours"):
    reply = holding_reply(library, lexicon, text, "the dialogue is down")
    print(reply.kind, reply.escalation.tier)
"""


def test_fallback_recognises_a_crisis_when_no_model_library_can_be_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(heavy=HEAVY)],
        cwd=KNOWLEDGE_DIR.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["crisis T0", "crisis T1", "holding T3"]


@pytest.fixture(scope="module")
def messages() -> list[str]:
    library = load_library()
    examples = [e.text for line in library.red_lines.values() for e in line.examples]
    return [*examples, *(text for faq in library.faqs.values() for text in faq.variants)]


def test_scan_takes_under_a_millisecond_when_messages_are_ordinary(
    messages: list[str], lexicon: Lexicon
) -> None:
    times = []
    for text in messages:
        started = time.perf_counter()
        lexicon.scan(text)
        times.append(1000 * (time.perf_counter() - started))

    assert statistics.median(times) < 1


@pytest.mark.parametrize("unit", ["a ", "aab", "i am ", "i want to ", "he is going to ", "x. "])
def test_scan_takes_under_half_a_second_when_a_message_is_as_long_as_is_accepted(
    unit: str, lexicon: Lexicon
) -> None:
    text = (unit * 4000)[:4000]

    started = time.perf_counter()
    lexicon.scan(text)

    assert time.perf_counter() - started < 0.5
