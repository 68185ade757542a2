from __future__ import annotations

from pathlib import Path

import pytest

from bot.setting_values import Bind
from bot.supervisor import watcher
from bot.supervisor.errors import StartError
from bot.supervisor.events import Ended, GaveUp, Spawned
from bot.supervisor.processes import Process
from bot.supervisor.readiness import Health
from bot.supervisor.watcher import Watcher, tail

RASA = Process("rasa", ("rasa",), Bind("127.0.0.1", 5005), "/readyz")
WORKER = Process("worker", ("worker",))


class Scene:
    """A watcher whose clock, probes and supervisord are under the test's hand."""

    def __init__(self, var: Path, *processes: Process) -> None:
        self.now = 100.0
        self.health: Health = "ready"
        self.said: list[str] = []
        self.started: list[str] = []
        self.killed: list[str] = []
        self.var = var
        (var / "log").mkdir()
        self.watcher = Watcher(
            processes,
            self,
            var,
            self.said.append,
            ask=lambda _: self.health,
            clock=lambda: self.now,
        )

    def start(self, name: str) -> None:
        self.started.append(name)

    def kill(self, name: str) -> None:
        self.killed.append(name)

    def later(self, seconds: float) -> None:
        self.now += seconds
        self.watcher.look()

    def running(self) -> None:
        for name in list(self.watcher.waiting):
            self.watcher.handle(Spawned(name, 1))
        self.later(2)
        assert not self.watcher.waiting


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path, RASA, WORKER)


def test_process_is_ready_when_its_address_answers(scene: Scene) -> None:
    scene.health = "unready"
    scene.watcher.handle(Spawned("rasa", 1))
    scene.later(3)
    assert "rasa" in scene.watcher.waiting

    scene.health = "ready"
    scene.later(1)

    assert "rasa" not in scene.watcher.waiting
    assert scene.said == ["rasa is ready (4.0 s)"]


def test_process_without_address_is_ready_when_it_stays_alive(scene: Scene) -> None:
    scene.watcher.handle(Spawned("worker", 1))
    scene.later(0.5)
    assert "worker" in scene.watcher.waiting

    scene.later(0.6)

    assert "worker" not in scene.watcher.waiting


def test_end_is_told_with_reason_and_last_lines_when_a_process_dies(scene: Scene) -> None:
    log = RASA.log(scene.var)
    log.write_text("from an earlier start\n")
    scene.running()
    with log.open("a") as stream:
        stream.write("Traceback\n  MemoryError\n")

    scene.watcher.handle(Ended("rasa", "exit status 1"))

    assert scene.said[-1] == (
        "rasa ended (exit status 1); starting it again\n    Traceback\n      MemoryError"
    )
    assert scene.watcher.waiting == ["rasa"]


def test_process_is_told_to_be_ready_again_when_it_came_back(scene: Scene) -> None:
    scene.running()
    scene.watcher.handle(Ended("rasa", "terminated by SIGKILL"))
    scene.watcher.handle(Spawned("rasa", 2))
    scene.later(4)

    assert scene.said[-1] == "rasa is ready again (4.0 s)"


def test_start_is_given_up_when_a_process_ends_twice_before_all_were_ready(scene: Scene) -> None:
    scene.watcher.handle(Spawned("rasa", 1))
    scene.watcher.handle(Ended("rasa", "exit status 1"))
    scene.watcher.handle(Spawned("rasa", 2))
    RASA.log(scene.var).write_text("FAQBOT_WEB_BIND: is 'x'; give host:port\n")

    with pytest.raises(
        StartError, match=r"rasa cannot be started \(exit status 1\)\n    FAQBOT_WEB"
    ):
        scene.watcher.handle(Ended("rasa", "exit status 1"))


def test_process_is_started_again_when_supervisord_gave_it_up(scene: Scene) -> None:
    scene.running()
    scene.watcher.handle(Ended("rasa", "exit status 1"))
    scene.watcher.handle(GaveUp("rasa"))
    scene.later(1)
    assert scene.started == []

    scene.later(watcher.RETRY_SECONDS)

    assert scene.started == ["rasa"]


def test_process_is_ended_when_it_hangs(scene: Scene) -> None:
    scene.running()
    scene.health = "silent"
    for _ in range(int(watcher.HANG_SECONDS / 10) + 1):
        scene.later(10)

    assert scene.killed == ["rasa"]


def test_process_is_left_alone_when_it_answers_that_it_is_not_ready(scene: Scene) -> None:
    scene.running()
    scene.health = "unready"
    for _ in range(20):
        scene.later(10)

    assert scene.killed == []


def test_tail_starts_at_the_file_s_beginning_when_it_was_rotated(tmp_path: Path) -> None:
    log = tmp_path / "rasa.log"
    log.write_text("new\n")

    assert tail(log, 1_000_000) == ["new"]
    assert tail(tmp_path / "none.log", 0) == []
