from __future__ import annotations

import pytest

from bot.supervisor.events import Ended, Event, Failed, GaveUp, Spawned, parse

STAMP = "2026-11-23 20:15:00,123 "


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("INFO spawned: 'rasa' with pid 4711", Spawned("rasa", 4711)),
        (
            "WARN exited: rasa (terminated by SIGKILL; not expected)",
            Ended("rasa", "terminated by SIGKILL"),
        ),
        ("WARN exited: web (exit status 1; not expected)", Ended("web", "exit status 1")),
        ("INFO exited: web (exit status 0; expected)", Ended("web", "exit status 0")),
        ("INFO stopped: desk (exit status 0)", Ended("desk", "exit status 0")),
        (
            "WARN exited: web (terminated by SIGSEGV (core dumped); not expected)",
            Ended("web", "terminated by SIGSEGV (core dumped)"),
        ),
        (
            "INFO gave up: actions entered FATAL state, too many start retries too quickly",
            GaveUp("actions"),
        ),
        ("CRIT could not write pidfile", Failed("could not write pidfile")),
        ("INFO success: rasa entered RUNNING state, process has stayed up", None),
        ("INFO RPC interface 'supervisor' initialized", None),
    ],
)
def test_line_becomes_an_event_when_supervisord_reports_one(
    line: str, expected: Event | None
) -> None:
    assert parse(STAMP + line + "\n") == expected


def test_line_becomes_a_failure_when_supervisord_cannot_start() -> None:
    assert parse("Error: Cannot open an HTTP server\n") == Failed(
        "Error: Cannot open an HTTP server"
    )
