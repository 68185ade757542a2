"""Fuzzes the public API for some minutes: `python -m tests.bench.fuzz_api --minutes 10`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.api_fuzzing import fuzz, fuzzed_site
from tests.scripted_dialogue import sqlite_clinic

_EXAMPLES = 50


def main() -> int:
    """Fuzzes, prints what came of it, and returns 1 if there was a problem."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as var:
        folder = Path(var)
        with sqlite_clinic(folder, patience=0.5) as clinic, fuzzed_site(clinic, folder) as site:
            found = fuzz(site, examples=_EXAMPLES, minutes=minutes)
    statuses = ", ".join(
        f"{number} x {status}" for status, number in sorted(found.statuses.items())
    )
    print(f"{found.requests} requests to {found.operations} operations: {statuses}")
    for kind, shown in found.problems.items():
        print(f"{kind}: {shown}")
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main())
