"""Texting with the whole service: real site, real dialogue, real worker, a simulated provider."""

from __future__ import annotations

import subprocess
import sys

from tests.e2e.running_service import ROOT, RunningService
from tests.texting_load import Plan, check_load, run_load

TALK = (
    "is ketamine fda approved for depression", "MORE", "/again", "/forge hello",
    "/from +12025550112", "i want to kill myself", "/from +12025550113", "STOP",
    "/from +12025550114", "spravato", "2",
)  # fmt: skip
LONGEST_ACCEPTED = 0.1


def test_every_text_has_one_reply_or_case_when_the_worker_is_killed_twice(
    service: RunningService,
) -> None:
    load = run_load(service, Plan(texts=120, numbers=40, seconds=5))
    check_load(service, load)
    assert load.latency(0.5) < LONGEST_ACCEPTED


def test_simulated_phone_gets_what_a_real_one_would_when_it_texts(
    service: RunningService,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "sms", "simulate", "--wait", "20"],
        cwd=ROOT, env=service.environ, input="\n".join(TALK), capture_output=True, text=True,
        timeout=200, check=True,
    )  # fmt: skip
    parts = done.stdout.split(" -> ")
    said = {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}
    assert "Reply HELP for help, STOP to opt out." in said[TALK[0]]
    assert "Reply MORE for details." in said[TALK[0]]
    assert "Sources:" in said["MORE"]
    assert "nothing new must come of it" in said["/again"]
    assert "HTTP 403: refused" in said["/forge hello"]
    crisis = said["i want to kill myself"]
    assert crisis.index("Call or text 988 now") < crisis.index("Automated assistant of")
    assert "unsubscribed" in said["STOP"]
    assert "1. " in said["spravato"]
    assert "<-" in said["2"]
    assert "1. " not in said["2"]


def test_logs_hold_neither_words_nor_numbers_when_people_have_texted(
    service: RunningService,
) -> None:
    assert service.rows("SELECT count(*) FROM sms_inbound") != [(0,)], "nobody has texted"
    logs = service.logs()
    assert "555011" not in logs
    assert "+1303555" not in logs
    assert "kill myself" not in logs
