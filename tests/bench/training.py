"""How long it takes to train: the usual bot, and everything that set-up makes for ours."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.processes import RASA_PYTHON, ROOT


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took.

    Attributes:
        seconds: by the clock.
        cpu: of processor time, which other work on the machine changes less.
    """

    seconds: float
    cpu: float


def timed(command: Sequence[str], cwd: Path, environ: Mapping[str, str], log: Path) -> Took:
    """Runs a command to its end.

    Raises:
        RuntimeError: if it fails, with the end of what it printed.
    """
    started = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=cwd, env=dict(environ), stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        end = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{end}")
    return Took(time.monotonic() - started, used.ru_utime + used.ru_stime)


def train_ours() -> dict[str, Any]:
    """Makes encoder, index and dialogue model anew, with nothing remembered, and times each."""
    steps: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="train-ours-") as name:
        folder = Path(name)
        environ = {k: v for k, v in os.environ.items() if not k.startswith("FAQBOT_")}
        environ["FAQBOT_VAR"] = name
        encoder, index = str(folder / "encoder"), str(folder / "index")
        commands = {
            "export encoder": [sys.executable, "-m", "knowledge.encoder.export", "--out", encoder],
            "build index": [
                sys.executable, "-m", "knowledge.build", "--encoder", encoder, "--out", index
            ],
            "train Rasa": [RASA_PYTHON, "-m", "bot.dialogue", "train"],
        }  # fmt: skip
        for step, command in commands.items():
            took = timed(command, ROOT, environ, folder / "log")
            steps[step] = {"seconds": took.seconds, "cpu": took.cpu}
    return steps
