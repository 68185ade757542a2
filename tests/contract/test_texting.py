"""Texting on both databases, with several workers at once."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict

import pytest
import sqlalchemy as sa

from bot.adapters.database import Database
from bot.adapters.database.models import (
    MessageRow,
    SmsInboundRow,
    SmsSecurityRow,
)
from bot.conversation.service import utc_now
from bot.conversation.texting.model import Part, StatusReport, TextState
from tests.scripted_dialogue import build_clinic, red_line
from tests.scripted_texting import GATEWAY, TextingClinic

PEOPLE, TEXTS = 12, 3


@pytest.fixture
def texting(database: Database) -> TextingClinic:
    return TextingClinic(build_clinic(database))


def _work_together(workers: list[TextingClinic], done: object, seconds: float = 60) -> None:
    stop = threading.Event()

    def run(step: object) -> None:
        while not stop.is_set():
            if not step():  # type: ignore[operator]
                stop.wait(0.01)

    threads = [
        threading.Thread(target=run, args=(step,))
        for worker in workers
        for step in (worker.inbox.handle_next, worker.outbox.send_next)
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    try:
        while not done():  # type: ignore[operator]
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.05)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_each_text_is_answered_once_and_in_order_when_several_workers_share_them(
    database: Database,
) -> None:
    workers = [TextingClinic(build_clinic(database)) for _ in range(3)]
    for worker in workers:
        worker.gateway = workers[0].gateway
        worker.outbox._gateways = {GATEWAY: workers[0].gateway}
        worker.clinic.clock.now = utc_now()
    front = workers[0]
    phones = [f"+1202555{number:04}" for number in range(PEOPLE)]
    for text in range(TEXTS):
        for phone in phones:
            sid = f"{phone}-{text}"
            assert front.receive(f"text {text}", phone, provider_id=sid) == 1
            assert front.receive(f"text {text}", phone, provider_id=sid) == 0

    def done() -> bool:
        with database.read() as session:
            waiting = session.scalar(
                sa.select(sa.func.count()).select_from(SmsInboundRow).where(
                    SmsInboundRow.state != "done")
            )  # fmt: skip
        return waiting == 0 and set(front.states()) == {"sent"}

    _work_together(workers, done)
    rows = front.clinic.rows(MessageRow)
    answered = Counter(row.in_reply_to for row in rows if row.kind == "answer")
    asked = [row for row in rows if row.author == "visitor"]
    assert len(asked) == PEOPLE * TEXTS
    assert answered == {row.id: 1 for row in asked}
    heard = defaultdict(list)
    for sent in front.gateway.sent:
        heard[sent.numbers.person].append(sent.id)
    assert set(heard) == set(phones)
    assert all(ids == sorted(ids) for ids in heard.values())
    assert Counter(sent.id for sent in front.gateway.sent).most_common(1)[0][1] == 1


def test_consent_is_kept_when_a_number_opts_out_and_in_again(texting: TextingClinic) -> None:
    texting.text("is it approved?")
    texting.text("STOP")
    assert texting.text("hello") == []
    texting.text("START")
    assert texting.text("hello")
    assert [kind for kind, _, _ in texting.consents()] == ["opt_in", "opt_out", "opt_in"]
    for change in ("DELETE FROM sms_consents", "UPDATE sms_consents SET kind = 'opt_in'"):
        with pytest.raises(sa.exc.DBAPIError), texting.clinic.database.write() as session:
            session.execute(sa.text(change))


def test_parts_and_reports_are_kept_once_when_they_come_twice(texting: TextingClinic) -> None:
    for _ in range(2):
        texting.receive("die", part=Part("r", 2, 2), provider_id="b")
        texting.receive("i want to ", part=Part("r", 1, 2), provider_id="a")
    texting.clinic.dialogue.script["i want to die"] = red_line("self_harm", "T1")
    texting.work()
    assert texting.cases() == [("self_harm", "T1")]
    first = texting.outbound()[0]
    report = StatusReport(GATEWAY, str(first.provider_id), TextState.UNDELIVERED, error="30003")
    for _ in range(2):
        assert texting.gate.report([report]) == 0
        texting.work()
    assert texting.states()[0] == "undelivered"
    assert sum("PHONE NOW" in reason for reason in texting.reasons()) == 1


def test_report_is_refused_when_its_reference_belongs_to_another_text(
    texting: TextingClinic,
) -> None:
    texting.text("is it approved?")
    first, second = texting.outbound()
    wrong = StatusReport(GATEWAY, str(second.provider_id), TextState.FAILED, ref=first.ref)
    other = StatusReport("other", str(first.provider_id), TextState.FAILED)
    assert texting.gate.report([wrong, other]) == 2
    texting.work()
    assert texting.states() == ["sent", "sent"]


def test_refusals_are_counted_by_the_minute_when_they_come_in_a_flood(
    texting: TextingClinic,
) -> None:
    for _ in range(5):
        texting.gate.refuse(GATEWAY, "inbound", "bad_signature")
    texting.clinic.clock.turn(minutes=1)
    texting.gate.refuse(GATEWAY, "inbound", "bad_signature")
    assert sorted(row.times for row in texting.clinic.rows(SmsSecurityRow)) == [1, 5]


def test_staff_text_is_in_the_outbox_when_its_message_is_recorded(texting: TextingClinic) -> None:
    texting.text("hello")
    conversation, sam = texting.conversations()[0], texting.clinic.staff()
    texting.clinic.desk.claim(conversation, sam)
    texting.clinic.desk.staff_reply(conversation, sam, "s1", "Hello, Sam here.")
    row = texting.outbound()[-1]
    assert (row.body, row.state, row.person_number) == (
        "Hello, Sam here.",
        "queued",
        "+12025550111",
    )
