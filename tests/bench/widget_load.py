"""What 1,000 open widgets cost: `python -m tests.bench.widget_load [--postgresql]`.

The public site under its own gunicorn configuration, one real event stream for each widget, and
staff who reply through the core. Prints the figures that docs/widget.md quotes.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import os
import random
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import urllib3

from bot.adapters.database import Database, migrate
from bot.conversation import Channel, Staff
from tests.postgresql_server import running_server
from tests.scripted_dialogue import Clinic, build_clinic

KEY = "k" * 40
ROOT = Path(__file__).resolve().parents[2]
WIDGETS, REPLIES, QUIET = 1000, 400, 30.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Widgets:
    """Open streams; each notes when a staff reply reached it."""

    def __init__(self) -> None:
        self.arrived: dict[str, float] = {}
        self.opened = 0

    async def open(self, address: str, conversation: str, token: str) -> None:
        """Listens until the server ends the stream."""
        host, port = address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        path = f"/api/v1/conversations/{conversation}/events?after=1"
        lines = [f"GET {path} HTTP/1.1", f"Host: {address}", f"Authorization: Bearer {token}"]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await reader.readuntil(b"\r\n\r\n")
        self.opened += 1
        while line := await reader.readline():
            if b'"author":"staff"' in line:
                self.arrived[conversation] = time.monotonic()


def main() -> None:
    """Measures, and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true")
    files = 8 * WIDGETS
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, max(files, _hard_limit())))
    with contextlib.ExitStack() as stack:
        var = stack.enter_context(tempfile.TemporaryDirectory())
        url = f"sqlite:///{var}/faqbot.db"
        if parser.parse_args().postgresql:
            url = stack.enter_context(running_server()).create()
        database = Database(url, (KEY,))
        migrate(database)
        clinic = build_clinic(database)
        talks = [clinic.conversations.start(Channel.WEB) for _ in range(WIDGETS)]
        address, process = stack.enter_context(_served(url, var))
        pairs = [(one.conversation.id, one.token) for one in talks]
        asyncio.run(_measure(address, process, clinic, pairs))
        database.close()


async def _measure(
    address: str, process: subprocess.Popen[bytes], clinic: Clinic, pairs: list[tuple[str, str]]
) -> None:
    widgets, started = Widgets(), time.monotonic()
    tasks = [asyncio.create_task(widgets.open(address, *pair)) for pair in pairs]
    while widgets.opened < len(pairs):
        await asyncio.sleep(0.1)
        assert time.monotonic() - started < 180, f"only {widgets.opened} streams opened"
    print(f"{widgets.opened} streams opened in {time.monotonic() - started:.1f} s")
    await asyncio.sleep(5)
    before, began = _cpu(process.pid), time.monotonic()
    await asyncio.sleep(QUIET)
    share = (_cpu(process.pid) - before) / (time.monotonic() - began)
    print(f"idle: {100 * share:.1f}% of one core over {QUIET:.0f} s, {_memory(process.pid)} MB")
    late = await _replies(clinic, widgets, [conversation for conversation, _ in pairs])
    cut = statistics.quantiles(late, n=100)
    print(
        f"{len(late)} staff replies: median {1000 * statistics.median(late):.0f} ms,"
        f" p99 {1000 * cut[98]:.0f} ms, longest {1000 * max(late):.0f} ms,"
        f" {_memory(process.pid)} MB"
    )
    for task in tasks:
        task.cancel()


async def _replies(clinic: Clinic, widgets: Widgets, conversations: list[str]) -> list[float]:
    sam, sent = clinic.staff(), {}
    for number, conversation in enumerate(random.Random(7).sample(conversations, REPLIES)):
        sent[conversation] = await asyncio.to_thread(_reply, clinic, sam, conversation, number)
        await asyncio.sleep(0.02)
    for _ in range(200):
        if set(sent) <= set(widgets.arrived):
            break
        await asyncio.sleep(0.1)
    lost = set(sent) - set(widgets.arrived)
    assert not lost, f"{len(lost)} replies did not arrive"
    return [widgets.arrived[conversation] - at for conversation, at in sent.items()]


def _reply(clinic: Clinic, sam: Staff, conversation: str, number: int) -> float:
    clinic.clock.now = dt.datetime.now(dt.UTC)
    clinic.desk.claim(conversation, sam)
    started = time.monotonic()  # before it is stored: what a member of staff waits is counted too
    clinic.desk.staff_reply(conversation, sam, f"s{number}", "Hello, how can I help?")
    return started


@contextlib.contextmanager
def _served(url: str, var: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{free.getsockname()[1]}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FAQBOT_")}
    environ = {**kept, "FAQBOT_VAR": var, "FAQBOT_DATABASE_URL": url, "FAQBOT_WEB_BIND": bind}
    environ["FAQBOT_DATA_KEYS"] = KEY
    # All of them come from one address here.
    environ["FAQBOT_LIMIT_READS"] = "100000/minute"
    command = ["-m", "gunicorn", "-c", "python:bot.channels.web.gunicorn", "bot.public_site:app"]
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environ)
    try:
        for _ in range(600):
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                if urllib3.request("GET", f"http://{bind}/healthz", retries=False).status == 200:
                    break
            time.sleep(0.2)
        yield bind, process
    finally:
        process.terminate()
        process.wait(30)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(int(child) for child in children)]


def _cpu(pid: int) -> float:
    """Seconds of processor time of the server and its workers."""
    total = 0
    for one in _family(pid):
        fields = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def _memory(pid: int) -> int:
    """Megabytes that the server and its workers hold, what they share counted once."""
    total = 0
    for one in _family(pid):
        lines = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines()
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total // 1024


def _hard_limit() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


if __name__ == "__main__":
    main()
