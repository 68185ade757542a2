"""The outbox against an API generated from Twilio's description, which fails in every way."""

from __future__ import annotations

import copy
import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.adapters.database import migrate
from bot.adapters.database.models import EscalationRow, SmsOutboundRow
from bot.adapters.sms.calls import CallTimes
from bot.adapters.sms.config import TwilioAccount
from bot.adapters.sms.twilio import TwilioProvider
from bot.conversation.service import utc_now
from bot.conversation.texting import OutboxLimits, TextOutbox
from tests.scripted_dialogue import build_clinic
from tests.scripted_texting import GATEWAY, NO_QUIET, RATES, TextingClinic
from tests.sealed_database import database_at
from tests.signed_webhooks import TWILIO_SID, TWILIO_TOKEN
from tests.twilio_contract import CONTRACT, contract, differences, form_schema
from tests.twilio_server import FAULTS, TwilioServer

PEOPLE = 60
INVALID, OPTED_OUT = "+12025550198", "+12025550197"


@pytest.fixture
def twilio() -> Iterator[TwilioServer]:
    server = TwilioServer(contract(), TWILIO_SID, {INVALID: 21211, OPTED_OUT: 21610})
    with server.serving():
        yield server


@pytest.fixture
def texting(tmp_path: Path, twilio: TwilioServer) -> Iterator[TextingClinic]:
    database = database_at(f"sqlite:///{tmp_path}/faqbot.db")
    migrate(database)
    clinic = build_clinic(database)
    clinic.clock.now = utc_now()
    made = TextingClinic(clinic)
    account = TwilioAccount(
        provider="twilio", account_sid=TWILIO_SID, auth_token=TWILIO_TOKEN,
        numbers=("+12025550100",), api_url=twilio.url,
    )  # fmt: skip
    status = "https://texts.clinic.example/sms/test/status"
    provider = TwilioProvider(GATEWAY, account, status, CallTimes(connect=1, read=0.3))
    quick = dt.timedelta(milliseconds=50)
    limits = OutboxLimits(
        first_wait=quick, longest_wait=4 * quick, look_after=quick,
        lease=dt.timedelta(seconds=5),
    )  # fmt: skip
    made.store._clock = utc_now
    made.outbox = TextOutbox(made.store, {GATEWAY: provider}, RATES, NO_QUIET, limits)
    yield made
    database.close()


def _send_everything(texting: TextingClinic, seconds: float = 60) -> None:
    """Runs the worker's loops in threads until nothing is under way."""
    stop = threading.Event()

    def run(step: object) -> None:
        while not stop.is_set():
            if not step():  # type: ignore[operator]
                stop.wait(0.02)

    steps = [texting.outbox.send_next] * 4 + [texting.outbox.settle_next]
    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    try:
        while set(texting.states()) & {"queued", "sending", "uncertain"}:
            assert time.monotonic() < deadline, Counter(texting.states())
            time.sleep(0.1)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _times_taken(twilio: TwilioServer) -> Counter[str]:
    """How often each text was taken, by the reference in its callback."""
    queries = (parse_qs(urlsplit(message["StatusCallback"]).query) for message in twilio.taken)
    return Counter(query["text"][0] for query in queries)


def test_every_text_is_sent_once_when_requests_fail_in_every_way(
    texting: TextingClinic, twilio: TwilioServer
) -> None:
    twilio.fault_rate = 0.5
    for number in range(PEOPLE):
        texting.receive("is it approved?", f"+1202555{number:04}")
    while texting.inbox.handle_next():
        pass
    _send_everything(texting)
    assert set(twilio.faults) == set(FAULTS), "every kind of failure was met"
    rows = texting.clinic.rows(SmsOutboundRow)
    assert Counter(row.state for row in rows) == {"sent": 2 * PEOPLE}
    assert _times_taken(twilio) == {row.ref: 1 for row in rows}
    assert {row.provider_id for row in rows} == {message["sid"] for message in twilio.taken}
    assert twilio.complaints == []
    for number in range(PEOPLE):
        phone = f"+1202555{number:04}"
        bodies = [message["Body"] for message in twilio.taken if message["To"] == phone]
        assert bodies == [row.body for row in rows if row.person_number == phone]


def test_text_is_failed_and_seen_when_twilio_refuses_its_number(
    texting: TextingClinic, twilio: TwilioServer
) -> None:
    for phone in (INVALID, OPTED_OUT):
        texting.receive("is it approved?", phone)
    while texting.inbox.handle_next():
        pass
    _send_everything(texting)
    rows = texting.clinic.rows(SmsOutboundRow)
    found = {(row.person_number, row.state, row.error) for row in rows}
    assert found == {
        (INVALID, "failed", "21211"), (OPTED_OUT, "blocked", "21610"),
        (OPTED_OUT, "blocked", "opted out"),
    }  # fmt: skip
    assert len(texting.clinic.rows(EscalationRow)) == 2
    assert twilio.taken == []


def test_text_stays_queued_when_twilio_is_down(texting: TextingClinic) -> None:
    texting.outbox._gateways[GATEWAY]._client.http_client._api_url = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    texting.receive("is it approved?")
    texting.inbox.handle_next()
    texting.outbox.send_next()
    assert texting.states() == ["queued", "queued"]


def test_contract_is_twilios_when_its_document_is_given() -> None:
    # Without `TWILIO_OPENAPI` this compares the contract with itself.
    assert differences(contract()) == []
    assert contract()["paths"].keys() >= CONTRACT["paths"].keys()


def test_difference_is_named_when_the_published_contract_is_another() -> None:
    published = copy.deepcopy(contract())
    del form_schema(published)["properties"]["StatusCallback"]
    published["components"]["schemas"]["message_enum_status"]["enum"].remove("sent")
    found = differences(published)
    assert "form: no StatusCallback" in found
    assert any(line.startswith("message_enum_status: ") for line in found)
