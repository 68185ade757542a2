"""The whole service, started as a person starts it, on free ports and with a folder of its own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg

ROOT: Final = Path(__file__).parents[2]
#: What set-up built and every copy of the service may share.
_BUILT: Final = ("encoder", "index", "models")
_BINDS: Final = ("WEB", "DESK", "RASA", "ACTIONS", "SMS_SIMULATOR")
START_LIMIT: Final = 150.0
STOP_LIMIT: Final = 20.0


def free_ports(count: int) -> list[int]:
    """Returns ports that nothing listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [each.getsockname()[1] for each in sockets]


class RunningService:
    """`faqbot up` in a process of its own."""

    def __init__(self, var: Path, **settings: str) -> None:
        ports = dict(zip(_BINDS, free_ports(len(_BINDS)), strict=True))
        kept = {k: v for k, v in os.environ.items() if not k.startswith("FAQBOT_")}
        binds = {f"FAQBOT_{name}_BIND": f"127.0.0.1:{port}" for name, port in ports.items()}
        # The machine may be busy with other tests; that Rasa is slow is tested elsewhere.
        patient = {"FAQBOT_RASA_TIMEOUT": "10"}
        self.environ = {**kept, **binds, **patient, "FAQBOT_VAR": str(var), **settings}
        self.var = var
        self.web = f"http://127.0.0.1:{ports['WEB']}"
        self.desk = f"http://127.0.0.1:{ports['DESK']}"
        self._output = var / "up.out"
        self._process: subprocess.Popen[bytes] | None = None
        var.mkdir(parents=True, exist_ok=True)
        for name in _BUILT:
            (var / name).symlink_to(ROOT / "var" / name)

    @classmethod
    @contextlib.contextmanager
    def started(cls, var: Path, **settings: str) -> Iterator[RunningService]:
        """Starts the service, and stops it at the end."""
        service = cls(var, **settings)
        service.command("migrate", check=True)
        service.start()
        try:
            service.wait_for_output("Ready in", START_LIMIT)
            yield service
        finally:
            service.stop()

    def command(self, *words: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        """Runs another `faqbot` command with this service's settings."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=check,
        )

    def start(self) -> None:
        """Starts `faqbot up`."""
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "up"],
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stops it as Ctrl-C does and returns the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait(STOP_LIMIT)

    @property
    def pid(self) -> int:
        """The process id of `faqbot up`."""
        assert self._process is not None
        return self._process.pid

    @property
    def output(self) -> str:
        """What it has told its operator so far."""
        return self._output.read_text() if self._output.exists() else ""

    def wait_for_output(self, text: str, seconds: float = 60) -> None:
        """Waits until it tells its operator something."""
        deadline = time.monotonic() + seconds
        while text not in self.output:
            assert self._process is not None
            assert self._process.poll() is None, f"it stopped:\n{self.output}"
            assert time.monotonic() < deadline, f"no {text!r} in:\n{self.output}"
            time.sleep(0.1)

    def pid_of(self, name: str) -> int:
        """Returns the process id that one of its processes has now."""
        log = (self.var / "log" / "supervisord.log").read_text()
        return int(re.findall(rf"spawned: '{name}' with pid (\d+)", log)[-1])

    def kill(self, name: str) -> None:
        """Kills one of its processes with everything that it started."""
        os.killpg(self.pid_of(name), signal.SIGKILL)

    def processes(self) -> dict[int, str]:
        """Returns every process on this machine that serves this folder, by its id."""
        mark = f"FAQBOT_VAR={self.var}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(folder.name)] = command.decode()
        return found

    def rows(self, query: str, *values: str) -> list[tuple[object, ...]]:
        """Returns rows of the service's database; `?` stands for each value."""
        url = self.environ.get("FAQBOT_DATABASE_URL", "")
        if url.startswith("postgresql"):
            with psycopg.connect(url) as connection:
                return connection.execute(query.replace("?", "%s").encode(), values).fetchall()
        with contextlib.closing(sqlite3.connect(self.var / "faqbot.db")) as database:
            return database.execute(query, values).fetchall()

    def logs(self) -> str:
        """Returns everything that its processes have logged."""
        return "".join(file.read_text() for file in (self.var / "log").glob("*.log*"))
