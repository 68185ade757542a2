"""What an index was fitted on: wordings and examples, not answers.

An answer, a source or an approval may change without the index; then nothing has to be fitted anew.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

from knowledge.library import KNOWLEDGE_DIR, load_library

_NOTE: Final = "learnt_from"
_MESSAGES: Final = ("examples/*.jsonl", "calibration/*.jsonl")
_CODE: Final = (
    "fit/*.py", "triage/*.py", "text/*", "encoder/*.py", "lexicon.py", "red_lines/lexicon/*.yml",
)  # fmt: skip


def learnt_from(root: Path) -> str:
    """Returns a hash of the wordings and messages below `root`, and of the code that fits."""
    library = load_library(root)
    wordings = {
        "faqs": {faq.id: [faq.question, *faq.variants] for faq in library.faqs.values()},
        "red": {
            name: [
                [(e.text, e.category, e.tier) for e in line.examples],
                [(n.text, n.faq_id) for n in line.near_misses],
            ]
            for name, line in library.red_lines.items()
        },
        "talk": dict(library.small_talk),
        "scope": library.out_of_scope,
    }
    digest = hashlib.sha256(json.dumps(wordings, sort_keys=True).encode())
    found = [(root, pattern) for pattern in _MESSAGES]
    found += [(KNOWLEDGE_DIR, pattern) for pattern in _CODE]
    for folder, pattern in found:
        for path in sorted(folder.glob(pattern)):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def note(index: Path, learnt: str) -> None:
    """Notes beside an index what it was fitted on."""
    (index / _NOTE).write_text(learnt + "\n", encoding="ascii")


def noted(index: Path) -> str | None:
    """Returns what an index was fitted on, or None for one that does not say."""
    try:
        return (index / _NOTE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
