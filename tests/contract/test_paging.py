"""Paging on real databases, with a real mail server and a real webhook receiver."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.adapters.database.models import NotificationRow
from bot.adapters.database.notifications import LEASE, Notifications
from bot.adapters.notifiers import Notifiers
from bot.conversation import Staff
from bot.pager import Pager, rules_of
from bot.settings import load_settings
from tests.page_receivers import Mailbox, Receiver, mail_server, webhook_receiver
from tests.scripted_dialogue import HOURS, Clinic, red_line

SECRET = "a secret for signing"


@dataclass
class Paged:
    """A clinic whose pager looks when it is told to; jobs are done at once, or lost."""

    clinic: Clinic
    pager: Pager
    ledger: Notifications
    hook: Receiver
    box: Mailbox
    sam: Staff

    def look(self, *, minutes: float = 0, losing_jobs: bool = False) -> None:
        self.clinic.clock.turn(minutes=minutes)
        self.pager.look((lambda _id: None) if losing_jobs else self.pager.deliver)

    def case(self, text: str = "die") -> str:
        conversation = self.clinic.start()
        self.clinic.conversations.post(conversation, "m1", text)
        return conversation

    def statuses(self) -> list[tuple[int, str, str]]:
        rows = sorted(self.clinic.rows(NotificationRow), key=lambda row: row.id)
        return [(row.step, row.target.partition(":")[0], row.status) for row in rows]


@pytest.fixture
def paged(clinic: Clinic, tmp_path: Path) -> Iterator[Paged]:
    clinic.dialogue.script |= {"die": red_line("self_harm", "T1"), "dose": red_line("dosing", "T2")}
    with webhook_receiver() as hook, mail_server() as box:
        settings = load_settings(
            {
                "FAQBOT_VAR": str(tmp_path),
                "FAQBOT_PAGE_LADDER": "0 webhook; 5 mailto:lead@clinic.example; 9 sms:+12025550142",
                "FAQBOT_NOTIFY": "mailto:desk@clinic.example",
                "FAQBOT_SMTP_URL": box.url,
                "FAQBOT_WEBHOOK_URL": hook.url,
                "FAQBOT_WEBHOOK_SECRET": SECRET,
            }
        )
        ledger = Notifications(clinic.database)
        notifiers = Notifiers(settings, HOURS.zone)
        pager = Pager(ledger, notifiers, rules_of(settings), HOURS, clinic.clock)
        yield Paged(clinic, pager, ledger, hook, box, clinic.staff())


def test_page_is_sent_at_once_and_signed_when_a_crisis_opens(paged: Paged) -> None:
    conversation = paged.case()
    paged.look()
    (post,), (headers,), (body,) = paged.hook.posts, paged.hook.headers, paged.hook.bodies
    assert "T1 Safety crisis: Suicide or self-harm" in post["text"]
    assert f"/conversations/{conversation}" in post["text"]
    assert "die" not in post["text"]
    assert headers["Idempotency-Key"] == post["key"]
    stamp, _, found = headers["X-Faqbot-Signature"].partition(",v1=")
    signed = hmac.new(SECRET.encode(), f"{stamp[2:]}.".encode() + body, "sha256")
    assert found == signed.hexdigest()


def test_each_step_is_done_once_when_the_pager_looks_often(paged: Paged) -> None:
    paged.case()
    for _ in range(5):
        paged.look()
    paged.look(minutes=5)
    paged.look()
    assert paged.statuses() == [(0, "webhook", "sent"), (1, "mailto", "sent")]
    (mail,) = paged.box.mails
    assert mail.rcpt_tos == ["lead@clinic.example"]
    assert b"Subject: T1 Safety crisis: Suicide or self-harm (reminder 1)" in mail.content
    assert b"Message-ID: <" in mail.content


@pytest.mark.parametrize("action", ["claim", "acknowledge"])
def test_ladder_stops_until_the_promise_is_broken_when_somebody_is_on_it(
    paged: Paged, action: str
) -> None:
    conversation = paged.case()
    paged.look()
    getattr(paged.clinic.desk, action)(conversation, paged.sam)
    paged.look(minutes=14)
    assert len(paged.hook.posts) == 1
    # The tier's response time is over, and the patient still waits for an answer.
    paged.look(minutes=2)
    paged.look(minutes=5)
    if action == "claim":
        assert len(set(paged.hook.keys)) == 2
        paged.clinic.desk.staff_reply(conversation, paged.sam, "s1", "Hello.")
    else:
        paged.clinic.desk.resolve(conversation, paged.sam, "Called")
    told = len(paged.hook.posts)
    paged.look(minutes=60)
    assert len(paged.hook.posts) == told


def test_paging_begins_anew_when_the_patient_writes_back_and_nobody_answers(paged: Paged) -> None:
    conversation = paged.case()
    paged.clinic.desk.claim(conversation, paged.sam)
    paged.clinic.desk.staff_reply(conversation, paged.sam, "s1", "Hello.")
    paged.look(minutes=60)
    assert paged.hook.posts == []
    paged.clinic.conversations.post(conversation, "m2", "are you there")
    paged.look(minutes=14)
    assert paged.hook.posts == []
    paged.look(minutes=2)
    assert len(paged.hook.posts) == 1


def test_staff_are_told_when_a_routine_case_opens_and_is_overdue(paged: Paged) -> None:
    paged.case("dose")
    for minutes in (0, 100, 379, 2, 60):
        paged.look(minutes=minutes)
    assert [mail.rcpt_tos for mail in paged.box.mails] == [["desk@clinic.example"]] * 2
    assert paged.hook.posts == []


def test_step_is_tried_again_and_shown_when_its_notifier_fails(paged: Paged) -> None:
    paged.hook.status = 503
    paged.case()
    paged.look()
    now = paged.clinic.clock()
    (trouble,) = paged.ledger.troubles(now.replace(hour=0))
    assert (trouble.target, trouble.problem) == ("webhook", "the webhook answered 503")
    assert not trouble.is_over
    paged.hook.status = 200
    paged.look(minutes=0.05)
    assert paged.hook.posts == []  # it waits a little before it tries again
    paged.look(minutes=0.1)
    assert len(paged.hook.posts) == 1
    assert paged.ledger.troubles(now.replace(hour=0)) == ()


def test_refused_address_is_not_repeated_when_the_desk_shows_the_trouble(
    paged: Paged, caplog: pytest.LogCaptureFixture
) -> None:
    paged.box.refuse = True
    paged.case("dose")
    paged.look()
    (row,) = paged.clinic.rows(NotificationRow)
    assert row.problem == "the mail server failed (SMTPRecipientsRefused)"
    assert "desk@clinic.example" not in caplog.text


def test_desk_learns_that_nobody_was_reached_when_no_texts_can_be_sent(paged: Paged) -> None:
    paged.case()
    for _ in range(20):
        paged.look(minutes=1)
    problems = {t.target: t for t in paged.ledger.troubles(paged.clinic.clock().replace(hour=0))}
    assert problems["sms:…42"].problem == "no provider of text messages is set up"


def test_lost_jobs_lose_nobody_when_the_next_look_comes(paged: Paged) -> None:
    for _ in range(3):
        paged.case()
    paged.look(losing_jobs=True)
    assert len(paged.ledger.untold(paged.clinic.clock().replace(hour=23))) == 3
    paged.look(minutes=0.2)
    assert len(set(paged.hook.keys)) == len(paged.hook.keys) == 3
    assert paged.ledger.untold(paged.clinic.clock().replace(hour=23)) == ()


def test_step_is_taken_over_when_its_worker_died_before_sending(paged: Paged) -> None:
    paged.case()
    paged.look(losing_jobs=True)
    (row,) = paged.clinic.rows(NotificationRow)
    assert paged.ledger.begin(row.id, paged.clinic.clock()) is not None
    assert paged.ledger.begin(row.id, paged.clinic.clock()) is None  # a second job of the same row
    paged.look(minutes=0.2)
    assert paged.hook.posts == []  # its worker may still be at it
    paged.look(minutes=LEASE.total_seconds() / 60)
    assert len(paged.hook.posts) == 1
