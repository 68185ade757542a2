from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from bot.setup.commands import Commands
from bot.setup.console import Console
from bot.setup.plan import Task, run_lanes
from bot.setup.problems import SetupError
from bot.setup.steps import Step


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(tmp_path, tmp_path / "log")


def python(name: str, tmp_path: Path, commands: Commands, code: str) -> Task:
    step = Step(name, tmp_path, (sys.executable, "-c", code))
    return Task(name, tmp_path, step.is_fresh, lambda: step.run(commands))


def test_lanes_stop_each_other_when_one_fails(tmp_path: Path, commands: Commands) -> None:
    slow = python("train", tmp_path, commands, "import time; time.sleep(60)")
    after = python("after", tmp_path, commands, "open('after', 'w')")
    bad = python("build", tmp_path, commands, "raise SystemExit('a.md: sms: is too long')")
    began = time.monotonic()

    with pytest.raises(SetupError, match=r"^build: a\.md: sms: is too long"):
        run_lanes([[bad], [slow, after]], Console(), commands)

    assert time.monotonic() - began < 20
    assert not (tmp_path / "after").exists()


def test_lanes_skip_a_task_when_it_is_fresh(tmp_path: Path, commands: Commands) -> None:
    done: list[str] = []
    fresh = Task("fresh", tmp_path, lambda: True, lambda: done.append("fresh"))
    stale = Task("stale", tmp_path, lambda: False, lambda: done.append("stale"))

    run_lanes([[fresh, stale]], Console(), commands)

    assert done == ["stale"]


def test_lanes_name_the_disk_when_it_is_full(tmp_path: Path, commands: Commands) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(SetupError, match=r"^export: the disk is full \([0-9.]+ GB free"):
        run_lanes([[Task("export", tmp_path, lambda: False, full)]], Console(), commands)


def test_step_is_done_again_when_its_input_changes(tmp_path: Path, commands: Commands) -> None:
    text, made = tmp_path / "text", tmp_path / "made"
    text.write_text("one")
    code = "open('made', 'a').write('x')"
    command = (sys.executable, "-c", code)
    step = Step("build", tmp_path, command, (text,), (made,), tmp_path / "stamps" / "build")

    for _ in range(2):
        if not step.is_fresh():
            step.run(commands)
    text.write_text("two")

    assert not step.is_fresh()
    step.run(commands)
    assert made.read_text() == "xx"
    assert step.is_fresh()


def test_step_leaves_no_stamp_when_it_fails(tmp_path: Path, commands: Commands) -> None:
    command = (sys.executable, "-c", "raise SystemExit(1)")
    step = Step("build", tmp_path, command, (), (), tmp_path / "stamp")

    with pytest.raises(SetupError):
        step.run(commands)

    assert not step.is_fresh()
