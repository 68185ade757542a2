"""Runs the commands that set-up is made of, each with its output kept in a log file."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import Mapping, Sequence

from bot.setup.problems import CommandError, SetupError

_STOP_SECONDS = 5.0


class Commands:
    """Runs commands in the project's folder and can stop all that are still running."""

    def __init__(self, root: Path, logs: Path) -> None:
        self._root, self._logs = root, logs
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def log_of(self, name: str) -> Path:
        """Returns the file that keeps the output of the step `name`."""
        return self._logs / (name.replace(" ", "-").replace("'", "") + ".log")

    def run(self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None) -> str:
        """Runs one command to its end and returns what it printed.

        Raises:
            CommandError: if it ends with another code than 0.
            SetupError: if set-up is being stopped, or the command does not exist.
        """
        log = self.log_of(name)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as stream:
            start = stream.tell()
            process = self._start(command, stream.fileno(), {**os.environ, **(env or {})})
            code = process.wait()
        with self._lock:
            self._running.discard(process)
        with log.open("rb") as stream:
            stream.seek(start)
            output = stream.read().decode("utf-8", "replace")
        if code != 0:
            raise CommandError(output, code)
        return output

    def stop(self) -> None:
        """Ends every command still running, with its children, and refuses new ones."""
        with self._lock:
            self._stopped = True
            running: list[subprocess.Popen[bytes]] = list(self._running)
        for process in running:
            _signal_group(process, signal.SIGTERM)
        for process in running:
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)

    def _start(
        self, command: Sequence[str], output: int, env: dict[str, str]
    ) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopped:
                raise SetupError("stopped")
            try:
                # A session of its own, so that stopping it also stops what it started.
                process = subprocess.Popen(
                    list(command),
                    cwd=str(self._root),
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                raise SetupError(f"{command[0]} cannot be started: {error.strerror}") from error
            self._running.add(process)
            return process


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
