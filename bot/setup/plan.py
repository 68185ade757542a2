"""The order of a set-up: two lanes that run at the same time, each from top to bottom."""

from __future__ import annotations

import errno
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Callable

from bot.setup import programs, steps, uv
from bot.setup.commands import Commands
from bot.setup.console import Console
from bot.setup.environments import Environment, require_room
from bot.setup.layout import Layout
from bot.setup.problems import CommandError, SetupError, disk_full, explain

#: What a set-up can be for.
GOALS = ("run", "check", "test")
_TICK_SECONDS = 1.0


@dataclass(frozen=True)
class Task:
    """A step of a lane."""

    name: str
    #: Where it writes: its free space is told when the disk is full.
    folder: Path
    is_fresh: Callable[[], bool]
    run: Callable[[], None]


def make_lanes(goal: str, layout: Layout, console: Console, commands: Commands) -> list[list[Task]]:
    """Returns what has to be made sure of: Rasa's own things beside everything else.

    Args:
        goal: one of `GOALS`. Checks need no built things; tests need more packages and programs.
        layout: the project's folders.
        console: for progress.
        commands: runs the commands.

    Raises:
        SetupError: if there is too little room, or uv is needed and cannot be installed.
    """
    app, rasa = layout.environments()
    dev = goal != "run"
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

    def built(*made: steps.Step) -> list[Task]:
        return [Task(s.name, layout.var, s.is_fresh, partial(s.run, commands)) for s in made]

    main, beside = [synced(app, dev)], [synced(rasa, False)]
    if dev:
        main += built(steps.install_widget_tools(layout))
    if goal != "check":
        main += built(steps.migrate_database(layout))
        main += built(steps.export_encoder(layout), steps.build_index(layout))
        beside += built(steps.train_rasa(layout))
    if goal == "test":
        beside.append(
            Task(
                "install test programs",
                Path("/"),
                lambda: not programs.missing(),
                lambda: programs.install(commands),
            )
        )
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
