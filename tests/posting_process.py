"""A process of its own that posts ten messages: `posting_process.py DATABASE_URL CONVERSATION`.

With a third argument it posts that text and hangs in the middle of it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from scripted_dialogue import build_clinic  # type: ignore[import-not-found]  # noqa: E402
from sealed_database import database_at  # type: ignore[import-not-found]  # noqa: E402

if __name__ == "__main__":
    clinic = build_clinic(database_at(sys.argv[1]))
    if len(sys.argv) > 3:
        clinic.dialogue.during = lambda _request: time.sleep(60)
        clinic.conversations.post(sys.argv[2], "m1", sys.argv[3])
    for number in range(10):
        clinic.conversations.post(sys.argv[2], f"m{number}", f"text {number}")
    clinic.database.close()
