"""One and two replicas of every process on one PostgreSQL and one Redis.

Each message of a conversation goes to the next replica, as behind a proxy that knows nothing of
conversations: whatever one replica keeps to itself would show as a lost, doubled or late message.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import sqlalchemy as sa

from bot.adapters.database import Database
from bot.adapters.database.models import MessageRow
from tests.bench.chats import Chats
from tests.bench.figures import percentile
from tests.bench.load import saturate
from tests.bench.stored import count_lost
from tests.bench.systems import ChatApi, Sender, our_service, servers

_SENDERS: Final = 32


@dataclass
class Spread:
    """Replicas of the service, taken in turn."""

    replicas: list[ChatApi]
    key: str = "spread"
    name: str = "replicas of the whole service"
    turns: Iterator[int] = field(default_factory=itertools.count)

    async def meet(self, http: aiohttp.ClientSession) -> Sender:
        return await self._next().meet(http)

    async def say(self, http: aiohttp.ClientSession, sender: Sender, text: str) -> None:
        await self._next().say(http, sender, text)

    def processes(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for replica in self.replicas:
            for name, pids in replica.processes().items():
                found.setdefault(name, []).extend(p for p in pids if p not in found.get(name, []))
        return found

    def _next(self) -> ChatApi:
        return self.replicas[next(self.turns) % len(self.replicas)]


def measure(cache: Path, rounds: int, seconds: float, say: Callable[[str], None]) -> dict[str, Any]:
    """Returns windows for one and two replicas in turn, and what is in the database after."""
    chats = Chats.load(cache / "chats.json").draw(11)
    windows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="faqbot-replicas-") as name, ExitStack() as stack:
        folder = Path(name)
        settings, beside = stack.enter_context(servers(folder))
        replicas = [
            ChatApi(stack.enter_context(our_service(folder / f"r{n}", **settings)), "", "", beside)
            for n in (1, 2)
        ]
        systems = {1: Spread(replicas[:1]), 2: Spread(replicas)}
        for turn in range(-1, rounds):  # the first warms up
            for count, system in systems.items():
                seen = saturate(system, chats, _SENDERS, seconds)
                windows.append({
                    "replicas": count, "round": turn, "rate": seen.rate,
                    "p50": percentile(seen.latencies, 0.5), "lost": dict(seen.lost),
                    "p95": percentile(seen.latencies, 0.95), "cpu": seen.cpu_per_message,
                })  # fmt: skip
                say(f"{count} replicas: {seen.rate:.1f} messages/s, lost {dict(seen.lost)}")
        # Counts need no key: nothing that is sealed is read.
        database = Database(settings["FAQBOT_DATABASE_URL"], ("k" * 40,))
        counts = {**count_lost(database), "out_of_order": count_out_of_order(database)}
        database.close()
    return {"senders": _SENDERS, "windows": [w for w in windows if w["round"] >= 0], **counts}


def count_out_of_order(database: Database) -> int:
    """Returns how many replies overtook an earlier message's, plus conversations with gaps."""
    asked, reply = sa.orm.aliased(MessageRow), sa.orm.aliased(MessageRow)
    earlier, late = sa.orm.aliased(MessageRow), sa.orm.aliased(MessageRow)
    same = earlier.conversation_id == asked.conversation_id
    crossed = (
        sa.select(sa.func.count())
        .select_from(reply)
        .join(asked, asked.id == reply.in_reply_to)
        .join(earlier, same & (earlier.author == "visitor") & (earlier.seq < asked.seq))
        .join(late, (late.in_reply_to == earlier.id) & (late.seq > reply.seq))
    )
    gaps = sa.select(sa.func.count()).select_from(
        sa.select(MessageRow.conversation_id)
        .group_by(MessageRow.conversation_id)
        .having(sa.func.max(MessageRow.seq) != sa.func.count())
        .subquery()
    )
    with database.read() as session:
        return int(session.scalar(crossed) or 0) + int(session.scalar(gaps) or 0)


def write_page(result: dict[str, Any], folder: Path) -> None:
    """Writes `replicas.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        "# One and two replicas", "",
        ("Written by `python -m tests.bench replicas`; do not edit. Web, Rasa and actions once and"
        f" twice on one PostgreSQL and one Redis, on the same cores; {result['senders']} senders,"
        " whose messages go to the replicas in turn."), "",
        "| replicas | round | messages/s | p50 ms | p95 ms | ms of processor a message | lost |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {w['replicas']} | {w['round'] + 1} | {w['rate']:.1f} | {w['p50']:.0f} |"
        f" {w['p95']:.0f} |"
        f" {sum(v for k, v in w['cpu'].items() if k != 'load generator'):.1f} |"
        f" {sum(w['lost'].values())} |"
        for w in result["windows"]
    ]
    names = ("accepted", "unanswered", "silent", "failed", "twice", "out_of_order")
    lines += ["", "In the database after it: " + ", ".join(f"{result[n]} {n}" for n in names) + "."]
    (folder / "replicas.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
