"""Chats and the desk beside a hundred thousand stored conversations, and beside none."""

from __future__ import annotations

import datetime as dt
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from flask.testing import FlaskClient

from bot.adapters.database import Database, chain, migrate
from bot.adapters.database.models import (
    ConversationRow,
    EscalationEventRow,
    EscalationRow,
    MessageRow,
)
from bot.assembly import Core
from bot.channels.web.app import create_app as create_site
from bot.conversation.model import DialogueRequest, DialogueResult
from bot.desk.accounts import Accounts, Role
from bot.desk.app import create_app as create_desk
from bot.settings import Settings, load_settings
from knowledge.decision import Decision
from knowledge.reply import answer_reply
from tests.bench.figures import estimate
from tests.postgresql_server import running_server

_TURNS: Final = 5  # ten messages a conversation
_OPEN: Final = 200
_ROUNDS: Final = 15
_CHATS: Final = 4
_BATCH: Final = 2_000
_KEY: Final = "k" * 40
_WORDS: Final = "the dose visit price ride before after sick bill pay call time when how".split()


class _Answering:
    """A dialogue that always has an answer, at once: what is measured is all the rest."""

    def __init__(self, core: Core) -> None:
        library = core.texts.library
        self._reply = answer_reply(library, (next(iter(library.faqs)),), None)

    def respond(self, request: DialogueRequest) -> DialogueResult:
        decision = Decision(request.text, "answer", confidence=0.9, intent="ask_faq")
        return DialogueResult((self._reply,), decision)


@dataclass
class _Place:
    """One database with a site and a desk on it."""

    site: FlaskClient
    desk: FlaskClient
    case: str


def measure(folder: Path, messages: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Returns times of chat and desk beside few and many messages, and their ratios."""
    result: dict[str, Any] = {"messages": messages, "databases": {}}
    with ExitStack() as stack:
        server = stack.enter_context(running_server(durable=True))
        urls = {
            "SQLite": [f"sqlite:///{folder}/{name}.db" for name in ("few", "many")],
            "PostgreSQL": [server.create(), server.create()],
        }
        for name, (few, many) in urls.items():
            places = []
            for url, archived in ((few, 0), (many, messages)):
                started = time.monotonic()
                database = Database(url, (_KEY,))
                migrate(database)
                _archive(database, archived)
                places.append(_opened(database, url, folder))
                say(f"{name}: {archived:,} messages in {time.monotonic() - started:.0f} s")
            result["databases"][name] = _in_turn(*places)
            say(f"{name}: {_brief(result['databases'][name])}")
    return result


def _archive(database: Database, messages: int) -> None:
    """Stores chats of the past; one in ten went to staff and was resolved."""
    dice, now = random.Random(3), dt.datetime.now(dt.UTC)
    conversations = messages // (2 * _TURNS)
    for start in range(0, conversations, _BATCH):
        count = min(_BATCH, conversations - start)
        with database.write() as session:
            _insert(session, count, dice, now)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _insert(session: Any, count: int, dice: random.Random, now: dt.datetime) -> None:
    chats, rows, cases = [], [], []
    for number in range(count):
        at = now - dt.timedelta(minutes=dice.randrange(60 * 24 * 80))
        chat = str(uuid.uuid4())
        chats.append({
            "id": chat, "channel": "web", "language": "en", "version": 9,
            "last_seq": 2 * _TURNS, "created_at": at, "last_message_at": at,
        })  # fmt: skip
        rows += list(_messages(chat, at, dice))
        if number % 10 == 0:
            cases.append({
                "conversation_id": chat, "status": "resolved", "category": "account",
                "tier": "T3", "reason": "for a measurement", "opened_at": at,
                "updated_at": at, "resolved_at": at,
            })  # fmt: skip
    session.execute(sa.insert(ConversationRow), chats)
    session.execute(sa.insert(MessageRow), rows)
    session.execute(sa.insert(EscalationRow), cases)


def _messages(chat: str, at: dt.datetime, dice: random.Random) -> Iterator[dict[str, Any]]:
    asked = ""
    for seq in range(1, 2 * _TURNS + 1):
        visitor = seq % 2 == 1
        asked, before = (str(uuid.uuid4()), asked) if visitor else ("", asked)
        yield {
            "id": asked or str(uuid.uuid4()), "conversation_id": chat, "seq": seq,
            "author": "visitor" if visitor else "bot", "kind": None if visitor else "answer",
            "text": " ".join(dice.choices(_WORDS, k=12)), "created_at": at,
            "client_message_id": f"m{seq}" if visitor else None,
            "in_reply_to": None if visitor else before,
            "outcome": "replied" if visitor else None,
        }  # fmt: skip


def _opened(database: Database, url: str, folder: Path) -> _Place:
    environ = {
        "FAQBOT_VAR": str(folder), "FAQBOT_DATABASE_URL": url, "FAQBOT_SECRET_KEY": _KEY,
        "FAQBOT_DATA_KEYS": _KEY,
    }  # fmt: skip
    settings = load_settings(environ)
    core = Core(settings)
    core.__dict__["rasa"] = _Answering(core)
    case = _open_cases(database)
    return _Place(
        create_site(settings, core, checks={}).test_client(), _desk(settings, database), case
    )


def _open_cases(database: Database) -> str:
    """Opens as many cases in either database, and returns the conversation of one."""
    now = dt.datetime.now(dt.UTC)
    dice, chat = random.Random(5), ""
    with database.write() as session:
        for _ in range(_OPEN):
            chat = str(uuid.uuid4())
            session.add(ConversationRow(
                id=chat, channel="web", language="en", version=9, last_seq=2 * _TURNS,
                created_at=now, last_message_at=now,
            ))  # fmt: skip
            session.flush()
            session.execute(sa.insert(MessageRow), list(_messages(chat, now, dice)))
            case = EscalationRow(
                conversation_id=chat, status="open", category="dosing", tier="T2",
                reason="for a measurement", opened_at=now, updated_at=now, waiting_since=now,
            )  # fmt: skip
            session.add(case)
            session.flush()
            chain.append(session, EscalationEventRow(escalation_id=case.id, kind="opened", at=now))
    return chat


def _desk(settings: Settings, database: Database) -> FlaskClient:
    account = Accounts(database).add("nurse@clinic.example", "Nurse", Role.STAFF)
    client = create_desk(settings).test_client()
    now = int(time.time())
    with client.session_transaction() as session:
        session.update(
            {"_user_id": account.get_id(), "_fresh": True, "began_at": now, "seen_at": now}
        )
    return client


def _in_turn(few: _Place, many: _Place) -> dict[str, dict[str, float]]:
    looks: dict[str, Callable[[_Place], None]] = {
        "chat message": _chat, "desk inbox": lambda p: _page(p, "/"),
        "desk case": lambda p: _page(p, f"/conversations/{p.case}"),
    }  # fmt: skip
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in looks}
    for turn in range(_ROUNDS):
        for name, look in looks.items():
            pair = {}
            for key, place in (("few", few), ("many", many))[:: 1 if turn % 2 else -1]:
                look(place)  # what the last look threw out of the processor's cache
                times = [_took(look, place) for _ in range(_CHATS)]
                pair[key] = statistics.median(times)
            seen[name].append((pair["few"], pair["many"]))
    rows = {}
    for name, pairs in seen.items():
        share = estimate([b / a for a, b in pairs])
        rows[name] = {
            "few": statistics.median(a for a, _ in pairs),
            "many": statistics.median(b for _, b in pairs),
            "ratio": share.value, "low": share.low, "high": share.high,
        }  # fmt: skip
    return rows


def _took(look: Callable[[_Place], None], place: _Place) -> float:
    started = time.perf_counter()
    look(place)
    return 1000 * (time.perf_counter() - started)


def _chat(place: _Place) -> None:
    created: Any = place.site.post("/api/v1/conversations", json={}).json
    response = place.site.post(
        f"/api/v1/conversations/{created['id']}/messages",
        json={"client_message_id": uuid.uuid4().hex, "text": "how much does it cost"},
        headers={"Authorization": f"Bearer {created['token']}"},
    )
    assert response.status_code == 200, response.status_code


def _page(place: _Place, path: str) -> None:
    response = place.desk.get(path)
    assert response.status_code == 200, response.status_code


def _brief(rows: dict[str, dict[str, float]]) -> str:
    return ", ".join(f"{name} {row['ratio']:.2f}" for name, row in rows.items())


def write_page(result: dict[str, Any], folder: Path) -> None:
    """Writes `stored.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    count = result["messages"]
    lines = [
        f"# Beside {count:,} stored messages", "",
        (f"Written by `python -m tests.bench stored`; do not edit. {count // 10:,} conversations of"
        f" ten messages, {_OPEN} open cases in either database. A conversation is begun and one"
        " message answered by a dialogue that takes no time; the desk's pages are the inbox and"
        " one case. In process, in turn; the ratio is the median of paired rounds with its 95%"
        " bootstrap interval. Goal: at most 1.2."), "",
        "| database | what | few, ms | many, ms | ratio |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for database, rows in result["databases"].items():
        lines += [
            f"| {database} | {name} | {r['few']:.1f} | {r['many']:.1f} |"
            f" {r['ratio']:.2f} ({r['low']:.2f} to {r['high']:.2f}) |"
            for name, r in rows.items()
        ]
    (folder / "stored.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
