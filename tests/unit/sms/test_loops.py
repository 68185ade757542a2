"""The worker's threads for texting: few looks when there is nothing, all hands when there is."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

from bot.channels.sms.loops import TextingLoops


def loops_over(handle_next: Any) -> TextingLoops:
    steps = ("send_next", "settle_next", "apply_next_status", "tell_of_next_overdue")
    idle = SimpleNamespace(**{step: lambda: False for step in steps})
    core: Any = SimpleNamespace(
        providers={"gateway": object()},
        text_inbox=SimpleNamespace(handle_next=handle_next),
        text_outbox=idle,
    )
    return TextingLoops(core)


def test_one_thread_looks_for_all_when_there_is_nothing_to_do() -> None:
    looks: list[float] = []

    def look() -> bool:
        looks.append(time.monotonic())
        return False

    loops = loops_over(look)

    loops.start()
    time.sleep(1.5)
    loops.stop()

    # Four threads once at the start, then one look in every pause of 0.2 s.
    assert 4 < len(looks) <= 4 + 1.5 / 0.2 + 4


def test_every_thread_works_when_there_is_much_to_do() -> None:
    together = threading.Barrier(4)
    busy, met = threading.Event(), threading.Event()

    def handle_next() -> bool:
        if not busy.is_set() or met.is_set():
            return False
        together.wait(10)  # only when all four are here at the same time
        met.set()
        return True

    loops = loops_over(handle_next)
    loops.start()
    time.sleep(0.5)  # by now one thread looks out for the others
    busy.set()
    assert met.wait(10)
    loops.stop()


def test_threads_stop_at_once_when_the_worker_ends() -> None:
    loops = loops_over(lambda: False)
    loops.start()
    time.sleep(0.3)

    began = time.monotonic()
    loops.stop()

    assert time.monotonic() - began < 5
