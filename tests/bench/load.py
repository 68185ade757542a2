"""Load: senders who chat, and what they see of it."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from tests.bench.processes import cpu_seconds
from tests.bench.systems import LostError, Sender, System

_PATIENCE: Final = 30
#: Seconds that a visitor reads before the next message, under open-loop load.
_READING: Final = 0.5


@dataclass
class Seen:
    """What the senders of one window saw.

    Attributes:
        latencies: of messages that were answered, in milliseconds.
        seconds: how long the window was.
        lost: messages without an answer, by what happened to them.
        cpu: processor seconds by process, of the load generator too.
    """

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    lost: Counter[str] = field(default_factory=Counter)
    cpu: dict[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Messages answered in a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    @property
    def cpu_per_message(self) -> dict[str, float]:
        """Milliseconds of processor time a message, by process."""
        return {k: 1000 * v / max(len(self.latencies), 1) for k, v in self.cpu.items()}


def saturate(
    system: System, chats: Iterator[tuple[str, ...]], senders: int, seconds: float
) -> Seen:
    """Has so many senders chat without a pause: each waits for its reply, never for anything else.

    Returns:
        What was answered within the window.
    """

    async def go(http: aiohttp.ClientSession, seen: Seen) -> None:
        end = time.perf_counter() + seconds
        await asyncio.gather(*(_chat_until(system, http, chats, end, seen) for _ in range(senders)))

    return _measured(system, go, connections=senders)


def arrive(system: System, chats: Iterator[tuple[str, ...]], rate: float, seconds: float) -> Seen:
    """Has new senders come at random moments, whether or not the earlier ones were served.

    A first message's time counts from the moment when its sender came, so a system that falls
    behind cannot hide it. The later two follow a moment of reading.

    Args:
        system: what is spoken to.
        chats: what is said.
        rate: messages a second.
        seconds: for how long senders come.
    """
    dice = random.Random(f"{rate} {seconds}")

    async def go(http: aiohttp.ClientSession, seen: Seen) -> None:
        start = time.perf_counter()
        due, coming = start, []
        while due < start + seconds:
            texts = next(chats)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            coming.append(asyncio.create_task(_visit(system, http, texts, due, seen)))
            due += dice.expovariate(rate / len(texts))
        await asyncio.gather(*coming)

    return _measured(system, go, connections=0)


def long_chat(system: System, chats: Iterator[tuple[str, ...]], turns: int) -> list[float]:
    """Has one sender go on and on; returns what each message took, in milliseconds."""

    async def go() -> list[float]:
        seen = Seen()
        async with aiohttp.ClientSession() as http:
            sender = await system.meet(http)
            while len(seen.latencies) + sum(seen.lost.values()) < turns:
                for text in next(chats):
                    await _say(system, http, sender, text, time.perf_counter(), seen)
        return seen.latencies

    return asyncio.run(go())


def _measured(
    system: System,
    go: Callable[[aiohttp.ClientSession, Seen], object],
    connections: int,
) -> Seen:
    async def run() -> Seen:
        seen = Seen()
        limits = aiohttp.TCPConnector(limit=connections, keepalive_timeout=60)
        patience = aiohttp.ClientTimeout(total=_PATIENCE)
        async with aiohttp.ClientSession(connector=limits, timeout=patience) as http:
            before, own, started = _cpu(system), time.process_time(), time.perf_counter()
            await go(http, seen)  # type: ignore[misc]
            seen.seconds = time.perf_counter() - started
            seen.cpu = {k: v - before.get(k, 0.0) for k, v in _cpu(system).items()}
            seen.cpu["load generator"] = time.process_time() - own
        return seen

    return asyncio.run(run())


def _cpu(system: System) -> dict[str, float]:
    return {name: cpu_seconds(pids) for name, pids in system.processes().items()}


async def _chat_until(
    system: System,
    http: aiohttp.ClientSession,
    chats: Iterator[tuple[str, ...]],
    end: float,
    seen: Seen,
) -> None:
    while time.perf_counter() < end:
        sender = await _met(system, http, seen)
        for text in next(chats) if sender else ():
            if sender and time.perf_counter() < end:
                await _say(system, http, sender, text, time.perf_counter(), seen)


async def _visit(
    system: System, http: aiohttp.ClientSession, texts: tuple[str, ...], due: float, seen: Seen
) -> None:
    sender = await _met(system, http, seen)
    for text in texts if sender else ():
        if sender:
            await _say(system, http, sender, text, due, seen)
        await asyncio.sleep(_READING)
        due = time.perf_counter()


async def _met(system: System, http: aiohttp.ClientSession, seen: Seen) -> Sender | None:
    try:
        return await system.meet(http)
    except (LostError, aiohttp.ClientError, TimeoutError) as error:
        seen.lost[_word(error)] += 1
        return None


async def _say(
    system: System,
    http: aiohttp.ClientSession,
    sender: Sender,
    text: str,
    since: float,
    seen: Seen,
) -> None:
    try:
        await system.say(http, sender, text)
    except (LostError, aiohttp.ClientError, TimeoutError) as error:
        seen.lost[_word(error)] += 1
    else:
        seen.latencies.append(1000 * (time.perf_counter() - since))


def _word(error: Exception) -> str:
    return str(error) if isinstance(error, LostError) else type(error).__name__
