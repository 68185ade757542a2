"""Requests made from the OpenAPI document: no 500, no status and no body that it does not name.

`python -m tests.bench.fuzz_api --minutes 10` does the same for longer.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api_fuzzing import fuzz, fuzzed_site
from tests.scripted_dialogue import sqlite_clinic

_EXAMPLES = 25


@pytest.mark.timeout(240)
def test_api_answers_as_documented_when_it_is_fuzzed(tmp_path: Path) -> None:
    with sqlite_clinic(tmp_path, patience=0.5) as clinic, fuzzed_site(clinic, tmp_path) as site:
        found = fuzz(site, examples=_EXAMPLES)
    assert found.problems == {}
    assert found.operations == 9
    assert found.requests > 100
    assert {200, 201, 400} <= set(found.statuses)
