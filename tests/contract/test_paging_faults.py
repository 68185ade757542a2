"""A worker that is killed while it pages misses nobody, and repeats no step under a new key."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters.database import Database
from bot.adapters.database.models import NotificationRow
from bot.adapters.database.notifications import Notifications
from bot.conversation.service import utc_now
from tests.page_receivers import webhook_receiver
from tests.scripted_dialogue import Clinic, build_clinic, red_line
from tests.sealed_database import KEY

ROOT = Path(__file__).resolve().parents[2]
CASES = 24
KILLS = 2
#: Jobs that one worker does at the same time.
AT_ONCE = 4


def _wait_until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def _is_done(clinic: Clinic) -> bool:
    return all(row.status == "sent" for row in clinic.rows(NotificationRow))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_nobody_is_missed_or_paged_twice_when_the_worker_is_killed(
    database: Database, tmp_path: Path
) -> None:
    clinic = build_clinic(database)
    clinic.clock = utc_now  # type: ignore[assignment]
    clinic.store._clock = clinic.conversations._clock = utc_now
    clinic.dialogue.script["die"] = red_line("self_harm", "T1")
    for _ in range(CASES):
        clinic.conversations.post(clinic.start(), "m1", "die")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FAQBOT_")}
    with webhook_receiver() as hook:
        hook.delay = 0.1
        environ = {
            **kept,
            "FAQBOT_VAR": str(tmp_path),
            "FAQBOT_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "FAQBOT_DATA_KEYS": KEY,
            "FAQBOT_PAGE_LADDER": "0 webhook",
            "FAQBOT_PAGE_REPEAT": "240",
            "FAQBOT_WEBHOOK_URL": hook.url,
        }
        for kill in range(KILLS + 1):
            worker = subprocess.Popen([sys.executable, "-m", "bot.worker"], cwd=ROOT, env=environ)
            try:
                if kill < KILLS:
                    wanted = len(hook.posts) + 5
                    _wait_until(lambda wanted=wanted: len(hook.posts) >= wanted, 40)  # type: ignore[misc]
                else:
                    _wait_until(lambda: _is_done(clinic), 60)
            finally:
                worker.kill()
                worker.wait()
    times = Counter(hook.keys)
    assert len(times) == CASES
    # Only what a killed worker had in its hands may have been sent again, under the same key.
    repeated = sum(times.values()) - CASES
    assert repeated <= KILLS * AT_ONCE
    assert Notifications(database).untold(utc_now()) == ()
    print(f"{CASES} cases, {KILLS} kills: {repeated} repeats with their first key")
