"""Starting and stopping: nothing is left behind, and what is wrong is said in one line."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.running_service import START_LIMIT, RunningService


@pytest.fixture
def idle(tmp_path: Path) -> RunningService:
    """A service that is not started yet."""
    service = RunningService(tmp_path / "var")
    service.command("migrate", check=True)
    return service


@pytest.fixture
def ready(idle: RunningService) -> Iterator[RunningService]:
    idle.start()
    try:
        idle.wait_for_output("Ready in", START_LIMIT)
        yield idle
    finally:
        idle.stop()


def test_no_process_is_left_when_ctrl_c_is_pressed(ready: RunningService) -> None:
    assert len(ready.processes()) >= 7  # up, supervisord, and the five with their workers
    second = ready.command("up")
    assert second.returncode == 1
    assert f"already runs here (pid {ready.pid})" in second.stderr

    assert ready.stop(signal.SIGINT) == 0

    assert ready.processes() == {}
    assert "every process has stopped" in ready.output


def test_no_process_is_left_when_the_supervisor_itself_is_killed(ready: RunningService) -> None:
    os.kill(ready.pid, signal.SIGKILL)

    deadline = time.monotonic() + 20
    while ready.processes() and time.monotonic() < deadline:
        time.sleep(0.2)

    assert ready.processes() == {}


def test_start_is_refused_with_the_holder_when_a_port_is_taken(idle: RunningService) -> None:
    host, _, port = idle.environ["FAQBOT_DESK_BIND"].rpartition(":")
    with contextlib.closing(socket.create_server((host, int(port)))):
        refused = idle.command("up")

    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    assert f"port {host}:{port} of desk is taken by pid {os.getpid()}" in refused.stderr
    assert idle.processes() == {}


def test_start_is_given_up_with_the_reason_when_the_index_is_missing(
    idle: RunningService,
) -> None:
    (idle.var / "index").unlink()

    refused = idle.command("up")

    assert refused.returncode == 1
    assert "actions cannot be started (exit status 1)" in refused.stderr
    assert "run `make setup`" in refused.stderr
    assert idle.processes() == {}
