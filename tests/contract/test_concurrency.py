"""Messages at the same instant, in threads and in processes, on both databases."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.adapters.database import Database
from bot.adapters.database.models import AuditRow, EscalationRow, MessageRow
from bot.conversation.errors import AlreadyHeldError, StoreUnavailableError
from bot.conversation.model import Author, Outcome, Staff
from tests.scripted_dialogue import Clinic, build_clinic, red_line, reply

ROOT = Path(__file__).resolve().parents[2]


def test_one_message_and_the_same_replies_when_two_posts_share_an_id(clinic: Clinic) -> None:
    conversation = clinic.start()
    clinic.dialogue.delay = lambda _text: 0.1
    with ThreadPoolExecutor(8) as pool:
        calls = [
            pool.submit(clinic.conversations.post, conversation, "same", "hello") for _ in range(8)
        ]
        exchanges = [call.result() for call in calls]
    assert len({exchange.message.id for exchange in exchanges}) == 1
    assert len({exchange.replies[0].id for exchange in exchanges}) == 1
    assert len(exchanges[0].replies) == 1
    assert len(clinic.dialogue.requests) == 1


def test_replies_keep_the_order_of_messages_when_they_overlap(clinic: Clinic) -> None:
    conversation = clinic.start()
    for number in range(6):
        clinic.dialogue.script[f"text {number}"] = reply("smalltalk", f"reply {number}")
    # The first takes longest, so that every later one would overtake it.
    clinic.dialogue.delay = lambda text: 0.3 if text.endswith("0") else 0.0
    barrier = threading.Barrier(6)

    def post(number: int) -> None:
        barrier.wait()
        clinic.conversations.post(conversation, f"m{number}", f"text {number}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(post, range(6)))
    stored = clinic.store.messages(conversation, 0, 100)
    said = [m.text.split()[1] for m in stored if m.author is Author.VISITOR]
    replied = [m.text.split()[1] for m in stored if m.kind == "smalltalk"]
    assert replied == said
    assert [m.seq for m in stored] == list(range(1, 14))
    assert [r.text.split()[1] for r in clinic.dialogue.requests] == said


def test_conversations_do_not_wait_for_each_other_when_one_is_slow(clinic: Clinic) -> None:
    slow, quick = clinic.start(), clinic.start()
    inside, release = threading.Event(), threading.Event()

    def during(request: object) -> None:
        if getattr(request, "conversation_id", "") == slow:
            inside.set()
            release.wait(10)

    clinic.dialogue.during = during
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(clinic.conversations.post, slow, "m1", "hello")
        assert inside.wait(10)
        assert clinic.conversations.post(quick, "m1", "hello").replies
        release.set()
        assert call.result().message.outcome is Outcome.REPLIED


def test_earlier_message_is_recovered_when_its_process_hangs(database: Database) -> None:
    clinic = build_clinic(database, patience=0.3)
    conversation = clinic.start()
    release, inside = threading.Event(), threading.Event()

    def during(request: object) -> None:
        if getattr(request, "text", "") == "hangs":
            inside.set()
            release.wait(10)

    clinic.dialogue.during = during
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(clinic.conversations.post, conversation, "m1", "hangs")
        assert inside.wait(10)
        second = clinic.conversations.post(conversation, "m2", "hello")
        release.set()
        first = hanging.result()
    assert second.message.outcome is Outcome.REPLIED
    assert first.message.outcome is Outcome.RECOVERED
    assert [r.kind for r in first.replies] == ["holding"]


def test_exactly_one_claim_wins_when_two_hundred_claim_at_once(clinic: Clinic) -> None:
    conversation = clinic.start()
    clinic.dialogue.script["dose"] = red_line("dosing", "T2")
    clinic.conversations.post(conversation, "m1", "dose")
    staff = [clinic.staff(f"Staff{number}") for number in range(200)]
    start = threading.Barrier(len(staff))

    def claim(one: Staff) -> str:
        start.wait()
        while True:
            try:
                clinic.desk.claim(conversation, one)
            except AlreadyHeldError as error:
                return error.holder
            except StoreUnavailableError:
                continue  # two hundred at once may wait too long for a connection; people try again
            return one.name

    with ThreadPoolExecutor(len(staff)) as pool:
        answers = list(pool.map(claim, staff))
    (winner,) = set(answers)
    won = [row for row in clinic.rows(AuditRow) if row.action == "conversation.claim"]
    assert [row.actor_id for row in won] == [s.account_id for s in staff if s.name == winner]
    told = [m.text for m in clinic.store.messages(conversation, 1, 100) if m.kind == "handoff"]
    assert told == [f"{winner} has joined."]


def test_nothing_is_lost_or_doubled_when_staff_and_visitor_write_at_once(clinic: Clinic) -> None:
    conversation, sam = clinic.start(), clinic.staff()
    clinic.desk.claim(conversation, sam)

    def write(number: int) -> None:
        if number % 2:
            clinic.desk.staff_reply(conversation, sam, f"s{number}", f"staff {number}")
        else:
            clinic.conversations.post(conversation, f"v{number}", f"visitor {number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(30)))
    joined, *stored = clinic.store.messages(conversation, 1, 100)
    assert joined.text == "Sam has joined."
    assert sorted(int(m.text.split()[1]) for m in stored) == list(range(30))
    assert [m.seq for m in stored] == list(range(3, 33))


def test_one_message_and_order_are_kept_when_two_processes_post(database: Database) -> None:
    clinic = build_clinic(database)
    conversation = clinic.start()
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, str(ROOT / "tests" / "posting_process.py"), url, conversation]
    processes = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    visitor = [m for m in clinic.rows(MessageRow) if m.author == "visitor"]
    replies = [m for m in clinic.rows(MessageRow) if m.in_reply_to]
    assert len(visitor) == 10
    assert len(replies) == 10
    order = [m.id for m in sorted(visitor, key=lambda m: m.seq)]
    assert [m.in_reply_to for m in sorted(replies, key=lambda m: m.seq)] == order
    assert clinic.rows(EscalationRow) == []
