"""The real supervisord, with small programs in the place of the service's."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from bot.supervisor import daemon, ini
from bot.supervisor.daemon import Daemon
from bot.supervisor.events import Ended, Event, GaveUp, Spawned
from bot.supervisor.processes import Process

SLEEP = "import time; time.sleep(300)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP
PARENT = (
    "import subprocess, sys, time;"
    f"child = subprocess.Popen([sys.executable, '-c', {SLEEP!r}]);"
    "open('{pids}', 'w').write(str(child.pid)); time.sleep(300)"
)


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ini, "STOP_SECONDS", 1)
    monkeypatch.setattr(daemon, "STOP_SECONDS", 1)
    monkeypatch.setattr(ini, "START_SECONDS", 1)


def program(name: str, code: str) -> Process:
    return Process(name, (sys.executable, "-c", code))


def wait_for(running: Daemon, kind: type[Event], name: str) -> Event:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        event = running.next_event(0.5)
        if isinstance(event, kind) and getattr(event, "name", "") == name:
            return event
    raise AssertionError(f"no {kind.__name__} of {name}")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "a folder with 100% odd name"


def spawned_pid(running: Daemon, name: str) -> int:
    event = wait_for(running, Spawned, name)
    assert isinstance(event, Spawned)
    return event.pid


def test_process_is_started_again_when_it_is_killed(var: Path) -> None:
    with Daemon.started(ini.render([program("rasa", SLEEP)], var), var) as running:
        first = spawned_pid(running, "rasa")
        time.sleep(1.2)
        os.kill(first, signal.SIGKILL)

        assert wait_for(running, Ended, "rasa") == Ended("rasa", "terminated by SIGKILL")
        assert spawned_pid(running, "rasa") != first


def test_nothing_is_left_when_a_process_ignores_the_request_to_stop(var: Path) -> None:
    with Daemon.started(ini.render([program("rasa", STUBBORN)], var), var) as running:
        pid = spawned_pid(running, "rasa")
        time.sleep(0.5)
        began = time.monotonic()

    assert time.monotonic() - began < 10
    assert not is_alive(pid)
    assert not running.is_running


def test_children_are_ended_when_their_parent_is_killed(var: Path, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    process = program("web", PARENT.format(pids=pids))
    with Daemon.started(ini.render([process], var), var) as running:
        parent = spawned_pid(running, "web")
        while not (pids.exists() and pids.read_text()):
            time.sleep(0.05)
        child = int(pids.read_text())
        os.kill(parent, signal.SIGKILL)
        wait_for(running, Ended, "web")
        time.sleep(0.2)

        assert not is_alive(child)


def test_nothing_is_left_when_supervisord_is_killed(var: Path) -> None:
    with Daemon.started(ini.render([program("rasa", STUBBORN)], var), var) as running:
        pid = spawned_pid(running, "rasa")
        os.kill(int((var / "run" / "supervisord.pid").read_text()), signal.SIGKILL)
        while running.is_running:
            time.sleep(0.05)

    assert not is_alive(pid)


def test_process_can_be_started_when_it_was_given_up(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ini, "_START_RETRIES", 0)
    with Daemon.started(ini.render([program("desk", "raise SystemExit(3)")], var), var) as running:
        assert wait_for(running, Ended, "desk") == Ended("desk", "exit status 3")
        wait_for(running, GaveUp, "desk")
        running.start("desk")

        assert spawned_pid(running, "desk")
