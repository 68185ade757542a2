"""Side by side: the usual Rasa bot, our Rasa, and the whole service on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import platform
import re
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from bot.adapters.database import Database
from tests.bench.chats import Chats
from tests.bench.figures import percentile
from tests.bench.load import Seen, arrive, long_chat, saturate
from tests.bench.processes import memory_megabytes
from tests.bench.stages import profile
from tests.bench.stored import count_lost
from tests.bench.systems import (
    ChatApi,
    OurRasa,
    System,
    our_service,
    servers,
    usual_rasa,
)
from tests.bench.usual_bot import UsualBot
from tests.e2e.running_service import RunningService

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    Attributes:
        senders: how many chat at the same time, one load after the other.
        rates: messages a second of open-loop load.
        rounds: how often every system has its turn.
        seconds: of one window.
        usual_faqs: so many FAQs for the usual bot; all by default.
        usual_epochs: of its models.
        messages: for the profile of one message.
        turns: of a long chat.
    """

    senders: tuple[int, ...] = (1, 8, 32, 128)
    rates: tuple[float, ...] = (10.0, 30.0)
    rounds: int = 5
    seconds: float = 6.0
    usual_faqs: int | None = None
    usual_epochs: int = 100
    messages: int = 100
    turns: int = 200


QUICK: Final = Plan(
    (1, 8), (5.0,), rounds=2, seconds=1.5, usual_faqs=4, usual_epochs=2, messages=9, turns=30
)


def changed(plan: Plan, **values: Any) -> Plan:
    """Returns a plan with other values."""
    return dataclasses.replace(plan, **values)


def compare(plan: Plan, cache: Path, say: Say) -> dict[str, Any]:
    """Measures every system in turn and returns what was seen, window by window."""
    chats = Chats.load(cache / "chats.json").draw(int(time.time()))
    bot = UsualBot.trained(cache / "usual", faqs=plan.usual_faqs, epochs=plan.usual_epochs)
    with tempfile.TemporaryDirectory(prefix="faqbot-bench-") as name:
        folder = Path(name)
        with _systems(bot, folder, chats, say) as (systems, starts):
            result: dict[str, Any] = {
                "machine": f"{platform.machine()}, {os.cpu_count()} cores",
                "when": time.strftime("%Y-%m-%d %H:%M"),
                "load_before": os.getloadavg()[0],
                "rounds": plan.rounds,
                "seconds": plan.seconds,
                "starts": starts,
                "usual": {"train_seconds": bot.took.seconds, "train_cpu": bot.took.cpu,
                          "examples": bot.examples, "epochs": plan.usual_epochs,
                          "model_mb": _megabytes(bot.model)},
                "model_mb": sum(map(_megabytes, _ours())),
                "names": {system.key: system.name for system in systems},
                "idle": {system.key: _memory(system) for system in systems},
            }  # fmt: skip
            _, rasa, whole, _ = systems
            assert isinstance(rasa, OurRasa)
            assert isinstance(whole, ChatApi)
            result["stages"] = profile(rasa, whole, chats, plan.messages)
            result["long"] = _long_chats(rasa, whole, chats, plan.turns)
            result["windows"] = _windows(plan, systems, chats, say)
            result["busy"] = {system.key: _memory(system) for system in systems}
            result["lost_rows"] = _lost_rows(systems)
            result["load_after"] = os.getloadavg()[0]
    return result


@contextlib.contextmanager
def _systems(
    bot: UsualBot, folder: Path, chats: Iterator[tuple[str, ...]], say: Say
) -> Iterator[tuple[list[System], dict[str, float]]]:
    starts: dict[str, float] = {}

    def started(system: System, ready: float) -> System:
        since = time.monotonic()
        asyncio.run(_first_answer(system, next(chats)[0]))
        starts[system.key] = ready + time.monotonic() - since
        say(f"{system.key}: first answer {starts[system.key]:.1f} s after the start")
        return system

    with contextlib.ExitStack() as stack:
        since = time.monotonic()
        served = stack.enter_context(usual_rasa(bot, folder))
        usual = started(served, time.monotonic() - since)
        alone = stack.enter_context(our_service(folder / "sqlite"))
        whole = started(ChatApi(alone, "c", "whole service, chat API, SQLite"), _ready(alone))
        settings, beside = stack.enter_context(servers(folder))
        shared = stack.enter_context(our_service(folder / "postgresql", **settings))
        name = "whole service, chat API, PostgreSQL and Redis"
        both = started(ChatApi(shared, "d", name, beside), _ready(shared))
        yield [usual, OurRasa(alone), whole, both], starts


def _ready(service: RunningService) -> float:
    """Returns the seconds that the service itself says it took until it was ready."""
    return float(re.findall(r"Ready in ([\d.]+)", service.output)[-1])


async def _first_answer(system: System, text: str) -> None:
    async with aiohttp.ClientSession() as http:
        sender = await system.meet(http)
        await system.say(http, sender, text)


def _windows(
    plan: Plan, systems: list[System], chats: Iterator[tuple[str, ...]], say: Say
) -> list[dict[str, Any]]:
    for system in systems:
        saturate(system, chats, min(8, max(plan.senders)), min(4.0, 2 * plan.seconds))
    windows: list[dict[str, Any]] = []
    for turn in range(plan.rounds):
        # Each round begins with another system: what one leaves behind meets every other.
        order = systems[turn % len(systems) :] + systems[: turn % len(systems)]
        for senders in plan.senders:
            for system in order:
                seen = saturate(system, chats, senders, plan.seconds)
                windows.append(_window(system, turn, seen, senders=senders))
        for rate in plan.rates:
            for system in order:
                seen = arrive(system, chats, rate, plan.seconds)
                windows.append(_window(system, turn, seen, offered=rate))
        say(f"round {turn + 1} of {plan.rounds}: " + _brief(windows[-len(systems) :]))
    return windows


def _window(system: System, turn: int, seen: Seen, **load: float) -> dict[str, Any]:
    return {
        "system": system.key, "round": turn, **load, "rate": seen.rate,
        "messages": len(seen.latencies), "lost": dict(seen.lost),
        "p50": percentile(seen.latencies, 0.5), "p95": percentile(seen.latencies, 0.95),
        "p99": percentile(seen.latencies, 0.99), "cpu": seen.cpu_per_message,
    }  # fmt: skip


def _long_chats(
    rasa: OurRasa, whole: ChatApi, chats: Iterator[tuple[str, ...]], turns: int
) -> dict[str, dict[str, float]]:
    """Returns the median of a chat's early and of its last messages."""
    found = {}
    questions = ((text,) for chat in chats for text in chat)
    for system in (rasa, whole):
        times = long_chat(system, questions, turns)
        tenth = max(len(times) // 10, 3)
        early, late = times[1 : tenth + 1], times[-tenth:]
        found[system.key] = {
            "early": statistics.median(early), "late": statistics.median(late),
            "turns": float(len(times)),
        }  # fmt: skip
    return found


def _brief(windows: list[dict[str, Any]]) -> str:
    return ", ".join(f"{w['system']} {w['rate']:.1f}/s p95 {w['p95']:.0f} ms" for w in windows)


def _memory(system: System) -> dict[str, float]:
    return {k: sum(map(memory_megabytes, pids)) for k, pids in system.processes().items()}


def _lost_rows(systems: list[System]) -> dict[str, dict[str, int]]:
    """Returns, from the databases, what every accepted message came to."""
    found = {}
    for system in systems:
        if isinstance(system, ChatApi):
            environ = system.service.environ
            url = environ.get("FAQBOT_DATABASE_URL") or f"sqlite:///{system.service.var}/faqbot.db"
            database = Database(url, ("k" * 40,))  # counts need no key: nothing sealed is read
            found[system.key] = count_lost(database)
            database.close()
    return found


def _ours() -> list[Path]:
    var = Path(__file__).resolve().parents[2] / "var"
    return [path for part in ("encoder", "index", "models") for path in (var / part).iterdir()]


def _megabytes(path: Path) -> float:
    return path.stat().st_size / 1e6


def save(result: Any, path: Path) -> None:
    """Keeps the raw figures."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    fresh.write_text(json.dumps(result, indent=1), encoding="utf-8")
    fresh.replace(path)
