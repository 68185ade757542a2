"""Examples beside the red-line files count where wordings are compared."""

from __future__ import annotations

import json
from pathlib import Path

from knowledge.check import check
from tests.knowledge_copy import copy_base


def test_wording_of_a_faq_is_reported_when_it_is_an_example_in_a_list_of_messages(
    tmp_path: Path,
) -> None:
    root = copy_base(tmp_path)
    (root / "examples").mkdir()
    example = {"text": "Is ketamine ADDICTIVE", "kind": "red", "category": "dosing", "tier": "T2"}
    (root / "examples" / "red.jsonl").write_text(json.dumps(example) + "\n", encoding="utf-8")

    found = {(f.rule, f.path.stem) for f in check(root).findings}

    assert ("red-line-variant", "addiction") in found
