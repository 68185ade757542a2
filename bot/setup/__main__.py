"""Command line: ``python3 -m bot.setup [run|check|test]``."""

from __future__ import annotations

import argparse
import fcntl
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import IO

from bot.setup.commands import Commands
from bot.setup.console import Console
from bot.setup.layout import Layout
from bot.setup.plan import GOALS, make_lanes, run_lanes
from bot.setup.problems import SetupError

ROOT = Path(__file__).resolve().parent.parent.parent
_INTERRUPTED = 130


def main() -> int:
    """Brings everything up to date; returns the exit code."""
    parser = argparse.ArgumentParser(prog="bot.setup", description="Brings everything up to date.")
    parser.add_argument("goal", nargs="?", choices=GOALS, default=GOALS[0], help="what it is for")
    goal = parser.parse_args().goal
    layout, console = Layout(ROOT), Console()
    commands = Commands(ROOT, layout.var / "log" / "setup")
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        with _only_one(ROOT, console):
            run_lanes(make_lanes(goal, layout, console, commands), console, commands)
    except SetupError as error:
        print(f"set-up stopped: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"set-up stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("set-up interrupted: run the command again to go on", file=sys.stderr)
        return _INTERRUPTED
    console.say("everything is up to date")
    return 0


def _only_one(root: Path, console: Console) -> IO[str]:
    # Two set-ups at once would install into the same folders.
    folder = root / ".venvs"
    folder.mkdir(exist_ok=True)
    lock = (folder / ".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        console.say("waiting for another set-up of this folder to end")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
