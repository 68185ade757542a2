"""The life of one `faqbot up`: check, start, wait, watch, stop."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from bot.settings import Settings
from bot.supervisor import ini, ports
from bot.supervisor.daemon import Daemon
from bot.supervisor.errors import StartError, SupervisorError
from bot.supervisor.instance import only_instance
from bot.supervisor.processes import Process, all_processes
from bot.supervisor.watcher import Say, Watcher

#: Seconds within which every process must be ready; a cold start takes about a tenth of it.
START_LIMIT: Final = 180.0
_TICK: Final = 0.25
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(settings: Settings, say: Say, welcome: Callable[[float], None]) -> None:
    """Runs the service until a signal stops it.

    Args:
        settings: the service's settings.
        say: prints one line for a person.
        welcome: called with the seconds it took once every process is ready.

    Raises:
        SupervisorError: if it cannot be started, or supervisord dies.
    """
    processes = all_processes(settings)
    with only_instance(settings.var):
        ports.require_free(processes)
        with _stop_signals() as stopping:
            config = ini.render(processes, settings.var)
            with Daemon.started(config, settings.var) as daemon:
                try:
                    _watch(daemon, processes, settings, say, welcome, stopping)
                finally:
                    say("stopping")
                    _insist_when_asked_again(daemon, stopping)
        say("every process has stopped")


def _watch(
    daemon: Daemon,
    processes: tuple[Process, ...],
    settings: Settings,
    say: Say,
    welcome: Callable[[float], None],
    stopping: threading.Event,
) -> None:
    began = time.monotonic()
    watcher = Watcher(processes, daemon, settings.var, say)
    welcomed = False
    while not stopping.is_set():
        event = daemon.next_event(_TICK)
        if event is not None:
            watcher.handle(event)
            continue
        if not daemon.is_running:
            raise SupervisorError(
                f"supervisord ended by itself: see {settings.var / 'log' / 'supervisord.log'}"
            )
        watcher.look()
        seconds = time.monotonic() - began
        if not welcomed and not watcher.waiting:
            welcomed = True
            welcome(seconds)
        elif not welcomed and seconds > START_LIMIT:
            raise StartError(
                f"not ready after {START_LIMIT:.0f} s: {', '.join(watcher.waiting)}:"
                f" see the logs in {settings.var / 'log'}"
            )


@contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _insist_when_asked_again(daemon: Daemon, stopping: threading.Event) -> None:
    """A second Ctrl-C does not wait for anybody."""
    stopping.clear()

    def insist() -> None:
        if stopping.wait():
            daemon.kill_all()

    threading.Thread(target=insist, daemon=True).start()
