"""Many phones text a running service at once while its worker is killed."""

from __future__ import annotations

import dataclasses
import itertools
import random
import re
import sqlite3
import time
from collections import Counter, defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import psycopg
import urllib3

from bot.adapters.database.engine import Database
from bot.adapters.sms.simulated import CLINIC_NUMBER, NAME, simulated_account
from bot.channels.sms.simulator import Carrier, Phone, SentText, SimulatorServer
from bot.channels.sms.simulator.phone import Site, new_sid
from bot.channels.sms.simulator.talk import Reporter
from bot.settings import Settings, load_settings
from tests.e2e.running_service import RunningService

QUESTIONS = (
    "Is ketamine FDA-approved for depression?", "Do I need someone to drive me home?",
    "How much does an infusion cost?", "Where is the clinic?", "what are your opening hours",
    "is ketamine a controlled substance", "does insurance cover it",
    "how long does a visit take",
)  # fmt: skip


_PHONES = "+1303555"


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """How many texts, from how many numbers, within how many seconds."""

    texts: int
    numbers: int
    seconds: float
    redelivered: float = 0.1
    kills: int = 2


@dataclasses.dataclass
class Load:
    """What happened."""

    plan: Plan
    latencies: list[float] = dataclasses.field(default_factory=list)
    statuses: Counter[int] = dataclasses.field(default_factory=Counter)
    took: float = 0.0
    delivered: int = 0
    sent: tuple[SentText, ...] = ()
    figures: str = ""

    @property
    def served(self) -> dict[str, float]:
        """Returns, by seconds, the share of webhooks that the site itself answered in them."""
        found = re.findall(
            r'faqbot_web_request_seconds_bucket\{endpoint="sms\.inbound",le="([^"]+)",'
            r'status="200"\} (\S+)',
            self.figures,
        )
        total = float(found[-1][1])
        return {limit: float(count) / total for limit, count in found}

    def latency(self, share: float) -> float:
        """Returns the webhook's answer time that this share of the requests kept, in seconds."""
        ordered = sorted(self.latencies)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def run_load(service: RunningService, plan: Plan, limit: float = 240) -> Load:
    """Texts as planned, kills the worker on the way, and waits until everything is handled."""
    settings = _settings(service)
    account = simulated_account(settings)
    phone = Phone(account, Site(NAME, settings.public_url, service.web))
    reporter = Reporter(phone, lambda _line: None)
    carrier = Carrier(account.account_sid, lambda text: reporter.took(carrier, text))
    load = Load(plan)
    with SimulatorServer(settings.sms_simulator_bind, carrier).serving():
        began = time.monotonic()
        _text_all(service, phone, load)
        _await_the_end(service, began + limit)
        load.took = time.monotonic() - began
        load.figures = urllib3.request("GET", f"{service.web}/metrics").data.decode()
        reporter.close()
    load.sent = carrier.sent
    return load


def _settings(service: RunningService) -> Settings:
    return load_settings({k: v for k, v in service.environ.items() if k.startswith("FAQBOT_")})


def _text_all(service: RunningService, phone: Phone, load: Load) -> None:
    plan, dice = load.plan, random.Random(11)
    gap = plan.seconds / plan.texts
    kill_at = {plan.texts * k // (plan.kills + 1) for k in range(1, plan.kills + 1)}
    questions = itertools.cycle(QUESTIONS)
    began = time.monotonic()
    waiting: list[Future[None]] = []
    with ThreadPoolExecutor(16) as pool:
        for index in range(plan.texts):
            if index in kill_at:
                _kill_the_worker(service)
            person, sid = f"{_PHONES}{index % plan.numbers:04}", new_sid()
            text = (person, next(questions), sid)
            time.sleep(max(0.0, began + index * gap - time.monotonic()))
            waiting.append(pool.submit(_deliver, phone, load, *text))
            if dice.random() < plan.redelivered:
                load.delivered += 1
                waiting.append(pool.submit(_deliver, phone, load, *text))
    for future in waiting:
        future.result()


def _kill_the_worker(service: RunningService) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            service.kill("worker")
        except ProcessLookupError:  # it has not come back from the last time
            assert time.monotonic() < deadline, "the worker is not started again"
            time.sleep(0.1)
        else:
            return


def _deliver(phone: Phone, load: Load, person: str, words: str, sid: str) -> None:
    began = time.perf_counter()
    _, status = phone.text(person, CLINIC_NUMBER, words, sid=sid)
    load.latencies.append(time.perf_counter() - began)
    load.statuses[status] += 1


def _await_the_end(service: RunningService, deadline: float) -> None:
    waiting = (
        "SELECT (SELECT count(*) FROM sms_inbound WHERE state = 'new'),"
        " (SELECT count(*) FROM sms_outbound WHERE state <> 'delivered')"
    )
    while (left := _row(service, waiting)) != (0, 0):
        assert time.monotonic() < deadline, f"texts in, texts out still under way: {left}"
        time.sleep(0.5)


def _row(service: RunningService, query: str) -> object:
    try:
        return service.rows(query)[0]
    except (sqlite3.OperationalError, psycopg.OperationalError):  # busy
        return None


def check_load(service: RunningService, load: Load) -> dict[str, int]:
    """Asserts that every text has exactly one reply or case; returns counts of outcomes."""
    plan, phones = load.plan, _phones(service)
    of_theirs = f"person_number IN ({', '.join('?' * len(phones))})"
    theirs = f"conversation_id IN (SELECT conversation_id FROM sms_threads WHERE {of_theirs})"
    assert len(phones) == plan.numbers
    assert load.statuses == {200: plan.texts + load.delivered}
    asked = service.rows(
        f"SELECT id, outcome FROM messages WHERE author = 'visitor' AND {theirs}", *phones
    )
    assert len(asked) == plan.texts
    stored = "SELECT count(*), count(DISTINCT provider_id) FROM sms_inbound"
    assert service.rows(f"{stored} WHERE {of_theirs}", *phones) == [(plan.texts, plan.texts)]
    replies = Counter(
        str(row[0])
        for row in service.rows(
            "SELECT in_reply_to FROM messages WHERE author = 'bot'"
            f" AND kind NOT IN ('notice', 'contact_prompt') AND {theirs}",
            *phones,
        )
    )
    assert replies == {str(message): 1 for message, _ in asked}
    refs = [parse_qs(urlsplit(text.status_callback).query)["text"][0] for text in load.sent]
    outbox = f"SELECT ref, person_number FROM sms_outbound WHERE {of_theirs} ORDER BY id"
    queued = service.rows(outbox, *phones)
    assert Counter(refs) == {str(ref): 1 for ref, _ in queued}
    sent, recorded = defaultdict(list), defaultdict(list)
    for text, ref in zip(load.sent, refs, strict=True):
        sent[text.to].append(ref)
    for row in queued:
        recorded[phones[str(row[1])]].append(str(row[0]))
    assert sent == recorded
    return dict(Counter(str(outcome) for _, outcome in asked))


def _phones(service: RunningService) -> dict[str, str]:
    """Returns this load's phone numbers by what the database has sealed them as."""
    database = Database.of(_settings(service))
    try:
        opened = database.vault.lasting.open_number
        found = service.rows("SELECT DISTINCT person_number FROM sms_threads")
        numbers = {str(sealed): opened(str(sealed)) for (sealed,) in found}
    finally:
        database.close()
    return {sealed: number for sealed, number in numbers.items() if number.startswith(_PHONES)}
