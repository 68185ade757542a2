"""Follows every process: tells when it ends and why, when it is ready, when it hangs."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Protocol

from bot.supervisor.errors import StartError
from bot.supervisor.events import Ended, Event, Failed, GaveUp, Spawned
from bot.supervisor.processes import Process
from bot.supervisor.readiness import Health, probe

#: Ends of one process before the service has ever been ready after which starting is given up.
_START_TRIES: Final = 2
#: Seconds without any answer after which a process is taken to hang.
HANG_SECONDS: Final = 60.0
#: Seconds after which a process that supervisord gave up on is tried again.
RETRY_SECONDS: Final = 30.0
#: Seconds that a process without an address has to stay alive to count as ready.
_SETTLED_SECONDS: Final = 1.0
_PROBE_READY_SECONDS: Final = 10.0
_TAIL_LINES: Final = 6
_TAIL_BYTES: Final = 8192

Say = Callable[[str], None]


class Starter(Protocol):
    """What the watcher asks of the daemon."""

    def kill(self, name: str) -> None:
        """Ends a process that hangs."""

    def start(self, name: str) -> None:
        """Starts a process that was given up."""


@dataclasses.dataclass(slots=True)
class _State:
    """What is known of one process."""

    process: Process
    alive: bool = False
    ready: bool = False
    ends: int = 0
    since: float = 0.0
    answered: float = 0.0
    probed: float = 0.0
    log_start: int = 0
    retry_at: float | None = None


class Watcher:
    """Turns events and probes into lines for a person, and into restarts."""

    def __init__(
        self,
        processes: Iterable[Process],
        starter: Starter,
        var: Path,
        say: Say,
        *,
        ask: Callable[[str], Health] = probe,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._states = {process.name: _State(process) for process in processes}
        self._starter, self._var, self._say = starter, var, say
        self._ask, self._clock = ask, clock
        self._was_ready = False

    @property
    def waiting(self) -> list[str]:
        """Names of the processes that are not ready."""
        return [name for name, state in self._states.items() if not state.ready]

    def handle(self, event: Event) -> None:
        """Takes in what supervisord reported.

        Raises:
            StartError: if a process cannot be started for the first time.
        """
        if isinstance(event, Failed):
            self._say(f"supervisord: {event.text}")
            return
        state = self._states.get(event.name)
        if state is None:
            return
        if isinstance(event, Spawned):
            self._spawned(state)
        elif isinstance(event, Ended):
            self._ended(state, event.how)
        elif isinstance(event, GaveUp):
            state.retry_at = self._clock() + RETRY_SECONDS
            self._say(f"{event.name} keeps ending; next try in {RETRY_SECONDS:.0f} s")

    def look(self) -> None:
        """Probes whoever is due, and deals with processes that hang or were given up."""
        for state in self._states.values():
            now = self._clock()
            if state.retry_at is not None and now >= state.retry_at:
                state.retry_at = None
                self._starter.start(state.process.name)
            if not state.alive or (state.ready and now - state.probed < _PROBE_READY_SECONDS):
                continue
            state.probed = now
            health = self._health(state, now)
            if health != "silent":
                state.answered = now
            elif now - state.answered >= HANG_SECONDS:
                self._hangs(state, now)
            if health == "ready" and not state.ready:
                self._became_ready(state, now)
        if not self.waiting:
            self._was_ready = True

    def _health(self, state: _State, now: float) -> Health:
        url = state.process.ready_url
        if url is None:
            return "ready" if now - state.since >= _SETTLED_SECONDS else "unready"
        return self._ask(url)

    def _spawned(self, state: _State) -> None:
        state.alive, state.ready, state.retry_at = True, False, None
        state.since = state.answered = self._clock()
        log = state.process.log(self._var)
        state.log_start = log.stat().st_size if log.exists() else 0

    def _ended(self, state: _State, how: str) -> None:
        state.alive = state.ready = False
        state.ends += 1
        name, reason = state.process.name, self._reason(state)
        if not self._was_ready and state.ends >= _START_TRIES:
            raise StartError(f"{name} cannot be started ({how}){reason}")
        self._say(f"{name} ended ({how}); starting it again{reason}")

    def _became_ready(self, state: _State, now: float) -> None:
        state.ready = True
        again = " again" if state.ends else ""
        self._say(f"{state.process.name} is ready{again} ({now - state.since:.1f} s)")

    def _hangs(self, state: _State, now: float) -> None:
        state.answered = now
        name = state.process.name
        self._say(f"{name} has not answered for {HANG_SECONDS:.0f} s; ending it")
        self._starter.kill(name)

    def _reason(self, state: _State) -> str:
        """Returns the last lines that the process printed, indented below the message."""
        log = state.process.log(self._var)
        lines = tail(log, state.log_start)
        return "".join(f"\n    {line}" for line in lines) or f"; it printed nothing to {log}"


def tail(log: Path, start: int) -> list[str]:
    """Returns the last lines of a file, of those after byte `start`.

    Args:
        log: the file; one that is missing counts as empty.
        start: where to begin; ignored when the file is shorter, since it was rotated then.
    """
    try:
        with log.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(start if start <= size else 0, size - _TAIL_BYTES))
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [line.rstrip() for line in lines if line.strip()][-_TAIL_LINES:]
