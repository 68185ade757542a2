"""How the desk holds with 10,000 cases and 50 open desks: `python -m tests.bench.desk_load`.

A real PostgreSQL, the desk under its own gunicorn configuration, and HTTP clients that log in as
staff do. Prints the figures that docs/desk.md quotes.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import urllib3
from flask.sessions import SecureCookieSessionInterface

from bot.adapters.database import Database, chain, migrate
from bot.adapters.database.models import (
    ConversationRow,
    EscalationEventRow,
    EscalationRow,
    MessageRow,
)
from bot.desk.accounts import Account, Accounts, Role
from bot.desk.app import create_app
from bot.settings import load_settings
from tests.postgresql_server import running_server
from tests.scripted_dialogue import build_clinic, red_line
from tests.sealed_database import KEY as DATA_KEY
from tests.sealed_database import database_at

ROOT = Path(__file__).resolve().parents[2]
KEY = "k" * 40
CASES, DESKS, CLAIMS, LOOKS = 10_000, 50, 200, 200
_TIERS = ("T0", "T1", "T2", "T2", "T3", "T3", "T3", "T3")
_CATEGORIES = {"T0": "medical_emergency", "T1": "self_harm", "T2": "dosing", "T3": "account"}


class Browser:
    """A logged-in browser that keeps its cookie."""

    def __init__(self, address: str, pool: urllib3.PoolManager, cookie: str) -> None:
        self._address, self._pool, self._cookie = address, pool, cookie

    def get(self, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        return self._pool.request(
            "GET", self._address + path, headers={"Cookie": self._cookie, **headers},
            redirect=False,
        )  # fmt: skip

    def post_with(self, token: str, path: str, **fields: str) -> urllib3.BaseHTTPResponse:
        response = self._pool.request(
            "POST", self._address + path, fields={"csrf_token": token, **fields},
            headers={"Cookie": self._cookie}, encode_multipart=False, redirect=False,
        )  # fmt: skip
        self._keep(response)
        return response

    def token(self, page: str) -> str:
        opened = self.get(page)
        self._keep(opened)
        return str(re.findall(r'name="csrf_token" value="([^"]+)"', opened.data.decode())[0])

    def stream(self, path: str) -> urllib3.BaseHTTPResponse:
        return self._pool.request(
            "GET", self._address + path, headers={"Cookie": self._cookie}, preload_content=False
        )

    def _keep(self, response: urllib3.BaseHTTPResponse) -> None:
        cookie = response.headers.get("Set-Cookie")
        if cookie:
            self._cookie = cookie.partition(";")[0]


def main() -> None:
    """Measures, and prints."""
    with running_server() as server, tempfile.TemporaryDirectory() as var:
        url = server.create()
        database = database_at(url)
        migrate(database)
        started = time.monotonic()
        _fill(database)
        print(
            f"{CASES} cases with {CASES * 6} messages stored in {time.monotonic() - started:.0f} s"
        )
        people = _people(database, CLAIMS)
        with _served(url, var) as address:
            browsers = _log_in(url, var, address, people)
            _inbox(browsers[0])
            _live(database, browsers[:DESKS])
            _claims(database, browsers)
        database.close()


def _fill(database: Database) -> None:
    rng, now = random.Random(7), dt.datetime.now(dt.UTC)
    words = "the dose visit price ride before after sick bill pay call time when how long".split()
    with database.write() as session:
        for number in range(CASES):
            tier, at = rng.choice(_TIERS), now - dt.timedelta(minutes=rng.randrange(60 * 24 * 30))
            conversation = str(uuid.uuid4())
            stamps = {"created_at": at, "last_message_at": at}
            session.add(
                ConversationRow(
                    id=conversation, channel="web", language="en", version=9, last_seq=6, **stamps
                )
            )
            session.flush()
            for seq in range(1, 7):
                text = " ".join(rng.choices(words, k=12))
                author = "visitor" if seq % 2 else "bot"
                row = MessageRow(
                    id=str(uuid.uuid4()), conversation_id=conversation, seq=seq, author=author,
                    text=text, created_at=at, outcome="replied" if seq % 2 else None,
                )  # fmt: skip
                row.kind = None if seq % 2 else rng.choice(["answer", "escalation"])
                row.reply = None if seq % 2 else {"draft": rng.random() < 0.5}
                session.add(row)
            case = EscalationRow(
                conversation_id=conversation, status="open", category=_CATEGORIES[tier],
                tier=tier, reason="for a measurement", opened_at=at, updated_at=at,
                waiting_since=at, page_from=None,
            )  # fmt: skip
            session.add(case)
            session.flush()
            event = EscalationEventRow(escalation_id=case.id, kind="opened", at=at)
            chain.append(session, event)
            if number % 500 == 0:
                session.expire_all()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _people(database: Database, count: int) -> list[Account]:
    accounts = Accounts(database)
    return [
        accounts.add(f"s{number}@clinic.example", f"Staff {number}", Role.STAFF)
        for number in range(count)
    ]


def _environ(url: str, var: str) -> dict[str, str]:
    kept = {"FAQBOT_VAR": var, "FAQBOT_DATABASE_URL": url}
    return {**kept, "FAQBOT_SECRET_KEY": KEY, "FAQBOT_DATA_KEYS": DATA_KEY}


@contextmanager
def _served(url: str, var: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{free.getsockname()[1]}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FAQBOT_")}
    environ = {**kept, **_environ(url, var), "FAQBOT_DESK_BIND": bind}
    command = ["-m", "gunicorn", "-c", "python:bot.desk.gunicorn", "bot.desk.wsgi:app"]
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environ)
    try:
        address = f"http://{bind}"
        for _ in range(300):
            try:
                if urllib3.request("GET", f"{address}/readyz", retries=False).status == 200:
                    break
            except urllib3.exceptions.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _log_in(url: str, var: str, address: str, people: list[Account]) -> list[Browser]:
    """Gives everybody the cookie of a session; 200 times argon2 is not what is measured."""
    pool = urllib3.PoolManager(maxsize=CLAIMS + DESKS, block=False)
    app = create_app(load_settings(_environ(url, var)))
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    now = int(time.time())
    made = []
    for account in people:
        session = {"_user_id": account.get_id(), "_fresh": True, "began_at": now, "seen_at": now}
        name = app.config["SESSION_COOKIE_NAME"]
        made.append(Browser(address, pool, f"{name}={signer.dumps(session)}"))
    return made


def _inbox(browser: Browser) -> None:
    paths = {
        "inbox": "/",
        "live part": "/?page=1",
        "page 20": "/?page=20",
        "filtered": "/?tier=T2&overdue=yes&who=nobody",
        "searched": "/?q=dose+visit",
    }
    for name, path in paths.items():
        headers = {"X-Desk-Fragment": "idle"} if name == "live part" else {}
        times = []
        for _ in range(LOOKS // 3 if name == "searched" else LOOKS):
            started = time.perf_counter()
            assert browser.get(path, **headers).status == 200
            times.append(1000 * (time.perf_counter() - started))
        cut = statistics.quantiles(times, n=20)
        print(f"{name}: median {statistics.median(times):.0f} ms, p95 {cut[-1]:.0f} ms")


def _live(database: Database, browsers: list[Browser]) -> None:
    """Opens desks, lets a crisis come in, and takes the time until each page has it."""
    arrived: list[float] = []
    ready, lock = threading.Barrier(len(browsers) + 1), threading.Lock()
    marker = ""

    def watch(browser: Browser) -> None:
        stream = browser.stream("/live?of=")
        for chunk in stream.stream(64):
            if b"retry" in chunk:
                ready.wait()
            if b"changed" not in chunk:
                continue
            page = browser.get("/?page=1", **{"X-Desk-Fragment": "idle"}).data.decode()
            if marker and marker in page:
                with lock:
                    arrived.append(time.monotonic())
                stream.close()
                return

    threads = [threading.Thread(target=watch, args=(b,), daemon=True) for b in browsers]
    for thread in threads:
        thread.start()
    ready.wait()
    time.sleep(1)
    clinic = build_clinic(database)
    clinic.clock.now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)  # the oldest: on the first page
    clinic.dialogue.script["breathing"] = red_line("medical_emergency", "T0")
    marker = clinic.start()
    clinic.conversations.post(marker, "m1", "breathing")
    started = time.monotonic()
    for thread in threads:
        thread.join(20)
    late = sorted(moment - started for moment in arrived)
    assert len(late) == len(browsers), f"only {len(late)} desks were told"
    print(
        f"{len(late)} open desks show a new case after {late[0]:.2f} s (first), "
        f"{statistics.median(late):.2f} s (median), {late[-1]:.2f} s (last)"
    )


def _claims(database: Database, browsers: list[Browser]) -> None:
    clinic = build_clinic(database)
    clinic.dialogue.script["dose"] = red_line("dosing", "T2")
    conversation = clinic.start()
    clinic.conversations.post(conversation, "m1", "dose")
    page = f"/conversations/{conversation}"
    tokens = [browser.token("/") for browser in browsers]
    start = threading.Barrier(len(browsers))

    def claim(place: int) -> tuple[int, str]:
        start.wait()
        response = browsers[place].post_with(tokens[place], f"{page}/claim")
        return response.status, response.data.decode()

    with ThreadPoolExecutor(len(browsers)) as threads:
        started = time.monotonic()
        answers = list(threads.map(claim, range(len(browsers))))
        took = time.monotonic() - started
    won = [place for place, (status, _) in enumerate(answers) if status == 303]
    lost = [body for status, body in answers if status == 409]
    told = sum(f"Already claimed by Staff {won[0]}." in body for body in lost)
    print(
        f"{len(browsers)} claims at once: {len(won)} won, {len(lost)} refused, {told} told who has"
        f" it, {len(answers) - len(won) - len(lost)} other answers, {took:.1f} s"
    )


if __name__ == "__main__":
    main()
