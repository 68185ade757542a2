"""Processes that are measured: started on free ports, watched through /proc, always ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import urllib3

ROOT: Final = Path(__file__).resolve().parents[2]
RASA_PYTHON: Final = str(ROOT / ".venvs" / "rasa" / "bin" / "python")
_TICK: Final = os.sysconf("SC_CLK_TCK")
_START_SECONDS: Final = 240
_STOP_SECONDS: Final = 15


def rasa_environ(home: Path) -> dict[str, str]:
    """Returns the variables under which a plain Rasa runs: no telemetry, no graphics card."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FAQBOT_")}
    return {
        **kept, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2",
        "CUDA_VISIBLE_DEVICES": "-1", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "HOME": str(home),
        "RASA_CACHE_DIRECTORY": str(home / "cache"), "LOG_LEVEL": "WARNING",
    }  # fmt: skip


@contextlib.contextmanager
def running(
    command: Sequence[str], environ: Mapping[str, str], cwd: Path, log: Path, ready: str
) -> Iterator[int]:
    """Runs a server until the block ends, and yields its process id once it answers.

    Args:
        command: what is started, in a process group of its own.
        environ: its variables.
        cwd: its folder.
        log: takes what it prints.
        ready: address that answers 200 when it is ready.
    """
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=cwd, env=dict(environ), stdin=subprocess.DEVNULL, stdout=out,
            stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        wait_until_ready(ready, process)
        yield process.pid
    finally:
        _end(process)


def wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    """Waits for a 200.

    Raises:
        RuntimeError: if the process ends or does not answer in time.
    """
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with status {process.returncode}")
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            if urllib3.request("GET", address, retries=False, timeout=2).status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{address} was not ready within {_START_SECONDS} s")


def _end(process: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
            return


def with_children(pid: int) -> list[int]:
    """Returns a process and everything that descends from it."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            parents.setdefault(int(stat[1]), []).append(int(folder.name))
    found, rest = [], [pid]
    while rest:
        found.append(rest.pop())
        rest += parents.get(found[-1], [])
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Returns the processor time that processes have used, those they waited for included."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, stat[11:15]))
    return ticks / _TICK


def memory_megabytes(pid: int) -> float:
    """Returns a process's share of the memory (PSS: what is shared is divided by its users)."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def command_of(pid: int) -> str:
    """Returns the command line of a process; empty when it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return ""
