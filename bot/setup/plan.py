"""The order of a set-up: two lanes that run at the same time, each from top to bottom."""

from __future__ import annotations

import errno
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from bot.setup import programs, steps, uv
from bot.setup.commands import Commands
from bot.setup.console import Console
from bot.setup.environments import Environment, require_room
from bot.setup.layout import Layout
from bot.setup.problems import CommandError, SetupError, disk_full, explain

_TICK_SECONDS = 1.0


@dataclass(frozen=True)
class Task:
    """A step of a lane."""

    name: str
    #: Where it writes: its free space is told when the disk is full.
    folder: Path
    is_fresh: Callable[[], bool]
    run: Callable[[], None]


def make_lanes(
    layout: Layout, console: Console, commands: Commands, dev: bool, tests: bool
) -> list[list[Task]]:
    """Returns what has to be made sure of: Rasa's own things beside everything else.

    Args:
        layout: the project's folders.
        console: for progress.
        commands: runs the commands.
        dev: whether the Python packages of tests and checks are needed.
        tests: whether the programs are needed that the tests meet for real.

    Raises:
        SetupError: if there is too little room, or uv is needed and cannot be installed.
    """
    app, rasa = layout.environments()
    uv_path: Path | None = None
    if not (app.is_fresh(dev) and rasa.is_fresh(False)):
        require_room((app, rasa))
        uv_path = uv.find_or_install(layout.root, console, commands)

    def synced(environment: Environment, with_optional: bool) -> Task:
        def sync() -> None:
            assert uv_path is not None  # noqa: S101 - found above when an environment is stale
            environment.sync(with_optional, uv_path, commands)

        name = f"{environment.name} environment"
        return Task(name, environment.folder, lambda: environment.is_fresh(with_optional), sync)

    def built(step: steps.Step) -> Task:
        return Task(step.name, layout.var, step.is_fresh, lambda: step.run(commands))

    main = [synced(app, dev), built(steps.migrate_database(layout))]
    main += [built(steps.export_encoder(layout)), built(steps.build_index(layout))]
    beside = [synced(rasa, False), built(steps.train_rasa(layout))]
    if tests:
        install = Task(
            "install test programs",
            Path("/"),
            lambda: not programs.missing(),
            lambda: programs.install(commands),
        )
        beside.append(install)
    return [main, beside]


def run_lanes(lanes: list[list[Task]], console: Console, commands: Commands) -> None:
    """Runs the lanes side by side; the first failure stops both.

    Raises:
        SetupError: the first failure, in one line.
    """
    with ThreadPoolExecutor(len(lanes)) as pool:
        pending: set[Future[None]] = {
            pool.submit(_run_lane, lane, console, commands) for lane in lanes
        }
        try:
            while pending:
                done, pending = wait(pending, _TICK_SECONDS, FIRST_EXCEPTION)
                for lane in done:
                    lane.result()
                console.heartbeat()
        except BaseException:
            commands.stop()
            raise


def _run_lane(lane: list[Task], console: Console, commands: Commands) -> None:
    for task in lane:
        if task.is_fresh():
            continue
        with console.step(task.name):
            try:
                task.run()
            except CommandError as error:
                log = commands.log_of(task.name)
                raise SetupError(explain(task.name, error.output, task.folder, log)) from error
            except OSError as error:
                raise SetupError(f"{task.name}: {_system_problem(error, task.folder)}") from error


def _system_problem(error: OSError, folder: Path) -> str:
    return disk_full(folder) if error.errno == errno.ENOSPC else str(error)
