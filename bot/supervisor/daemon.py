"""Runs supervisord as a child that cannot outlive this process, nor its own children it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import xmlrpc.client
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from supervisor.xmlrpc import SupervisorTransport

from bot.setting_values import ROOT
from bot.supervisor.errors import FolderError
from bot.supervisor.events import Ended, Event, Spawned, parse
from bot.supervisor.ini import GROUP, socket_path
from bot.supervisor.processes import STOP_SECONDS

_PR_SET_PDEATHSIG: Final = 1  # Linux, prctl(2)
_STOP_ROOM: Final = 4.0
_POLL_SECONDS: Final = 0.1
#: Seconds that the kernel may take to clear away what was killed.
_GONE_SECONDS: Final = 2.0


class Daemon:
    """supervisord, and the process groups that it started."""

    def __init__(self, child: subprocess.Popen[bytes], output: Path, socket: Path) -> None:
        self._child = child
        self._output = output
        self._socket = socket
        self._events: queue.Queue[Event] = queue.Queue()
        self._groups: dict[str, int] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @classmethod
    @contextlib.contextmanager
    def started(cls, config: str, var: Path) -> Iterator[Daemon]:
        """Writes the configuration, starts supervisord, and stops everything at the end.

        Raises:
            FolderError: if it cannot be written.
        """
        file, output = var / "run" / "supervisord.conf", var / "run" / "supervisord.out"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            (var / "log").mkdir(exist_ok=True)
            file.write_text(config, encoding="utf-8")
            # A file, not a pipe: a pipe would break with this process, and supervisord would then
            # end without stopping what it started.
            stream = output.open("wb")
        except OSError as error:
            raise FolderError(error) from error
        command = [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(file)]
        with stream:
            child = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the terminal is for this process alone, which stops the rest in order.
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - no thread of ours runs yet
            )
        daemon = cls(child, output, socket_path(var))
        try:
            yield daemon
        finally:
            daemon.stop()

    def next_event(self, seconds: float) -> Event | None:
        """Returns what happened next, or None when nothing did for so many seconds."""
        with contextlib.suppress(queue.Empty):
            return self._events.get(timeout=seconds)
        return None

    @property
    def is_running(self) -> bool:
        """Whether supervisord is alive."""
        return self._child.poll() is None

    def kill(self, name: str) -> None:
        """Ends a process that does not answer; supervisord starts it again."""
        if name in self._groups:
            _kill_group(self._groups[name])

    def start(self, name: str) -> None:
        """Starts a process that supervisord gave up on."""
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        # The address is not used: the transport speaks over the socket.
        server = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        with contextlib.closing(transport), contextlib.suppress(OSError, xmlrpc.client.Error):
            server.supervisor.startProcess(f"{GROUP}:{name}", False)

    def stop(self) -> None:
        """Stops every process: asks, then insists. Returns when none is left."""
        if self.is_running:
            self._child.terminate()
        deadline = time.monotonic() + STOP_SECONDS + _STOP_ROOM
        while self.is_running and time.monotonic() < deadline:
            time.sleep(0.05)
        self.kill_all()

    def kill_all(self) -> None:
        """Ends supervisord and everything that it started, at once."""
        if self.is_running:
            self._child.kill()
        self._child.wait()
        self._reader.join()
        self._socket.unlink(missing_ok=True)  # one that was killed leaves it behind
        for group in self._groups.values():
            _kill_group(group)
        deadline = time.monotonic() + _GONE_SECONDS
        while any(map(_exists, self._groups.values())) and time.monotonic() < deadline:
            time.sleep(0.02)

    def _read(self) -> None:
        """Follows what supervisord prints, until it has ended and all is read."""
        rest = b""
        with self._output.open("rb") as stream:
            while True:
                ended = not self.is_running
                *lines, rest = (rest + stream.read()).split(b"\n")
                for line in lines:
                    self._take(parse(line.decode("utf-8", "replace")))
                if ended:
                    return
                time.sleep(_POLL_SECONDS)

    def _take(self, event: Event | None) -> None:
        if isinstance(event, Spawned):
            self._groups[event.name] = event.pid
        elif isinstance(event, Ended) and event.name in self._groups:
            # What it started may live on and hold its port.
            _kill_group(self._groups.pop(event.name))
        if event is not None:
            self._events.put(event)


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):  # the latter: another user's by now
        return False
    return True


def _end_with_parent() -> None:
    """Has the kernel stop supervisord when this process dies without stopping it (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
