from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.setting_values import Bind
from bot.supervisor.errors import AlreadyRunningError, FolderError, PortTakenError
from bot.supervisor.instance import only_instance
from bot.supervisor.ports import require_free
from bot.supervisor.processes import Process


@pytest.fixture
def taken(socket_enabled: None) -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def web(port: int) -> Process:
    return Process("web", ("web",), Bind("127.0.0.1", port), "/readyz")


def test_port_is_refused_with_its_holder_when_it_is_taken(taken: int) -> None:
    with pytest.raises(PortTakenError) as refused:
        require_free([web(taken)])

    text = str(refused.value)
    assert f"port 127.0.0.1:{taken} of web is taken by pid {os.getpid()} (" in text
    assert "set FAQBOT_WEB_BIND to another host:port" in text


def test_port_is_accepted_when_it_is_free(taken: int, socket_enabled: None) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]

    require_free([web(free), Process("worker", ("worker",))])


def test_second_instance_is_refused_with_the_first_one_s_pid(tmp_path: Path) -> None:
    with (
        only_instance(tmp_path),
        pytest.raises(AlreadyRunningError, match=rf"already runs here \(pid {os.getpid()}\)"),
        only_instance(tmp_path),
    ):
        raise AssertionError

    with only_instance(tmp_path):
        pass


def test_folder_is_named_when_it_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where a folder should be")

    with pytest.raises(FolderError, match=r"run.*: mend that file"), only_instance(tmp_path):
        raise AssertionError
