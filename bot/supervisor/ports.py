"""Makes sure that the ports are free before anything is started."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from bot.setting_values import Bind
from bot.supervisor.errors import PortTakenError
from bot.supervisor.processes import Process

_LISTENING: Final = "0A"  # Linux, include/net/tcp_states.h: TCP_LISTEN
_LONGEST_COMMAND: Final = 80


def require_free(processes: Iterable[Process]) -> None:
    """Checks every port.

    Raises:
        PortTakenError: naming the port, who has it, and the setting that chooses another.
    """
    for process in processes:
        if process.bind is None:
            continue
        variable = f"FAQBOT_{process.name.upper()}_BIND"
        try:
            _try(process.bind)
        except PermissionError as error:
            raise PortTakenError(
                f"port {process.bind} of {process.name} may not be used by this user",
                f"set {variable} to a port above 1023",
            ) from error
        except OSError as error:
            raise PortTakenError(
                f"port {process.bind} of {process.name} is taken by {holder(process.bind.port)}",
                f"stop that, or set {variable} to another host:port",
            ) from error


def holder(port: int) -> str:
    """Returns the pid and the command that listen on a port, where the system tells."""
    inodes = set(_listening_inodes(port))
    for pid in _pids():
        links = Path(f"/proc/{pid}/fd")
        try:
            held = any(_inode(link) in inodes for link in links.iterdir())
        except OSError:  # another user's process, or one that ended meanwhile
            continue
        if held:
            return f"pid {pid} ({_command(pid)})"
    return "another program"


def _try(bind: Bind) -> None:
    family = socket.AF_INET6 if ":" in bind.host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the servers do; connections that are closing do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((bind.host, bind.port))
        probe.listen(1)


def _listening_inodes(port: int) -> Iterator[str]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _inode(link: Path) -> str | None:
    try:
        target = str(link.readlink())
    except OSError:
        return None
    return target[len("socket:[") : -1] if target.startswith("socket:[") else None


def _pids() -> Iterator[int]:
    folder = Path("/proc")
    return (int(p.name) for p in folder.glob("[0-9]*") if p.name.isdigit())


def _command(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return "it ended meanwhile"
    return b" ".join(words).decode("utf-8", "replace").strip()[:_LONGEST_COMMAND]
