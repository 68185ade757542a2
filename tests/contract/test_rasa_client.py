"""The Rasa client against a real HTTP server that misbehaves on purpose."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.adapters.rasa_client import RasaClient
from bot.conversation.errors import DialogueError
from bot.conversation.model import Channel, ContactDetails, DialogueRequest, Feedback
from tests.scripted_dialogue import ANSWER, NOTICE, decision, red_line

REQUEST = DialogueRequest("c1", "is it approved?", Channel.WEB, ("before",))
DECISION = decision("is it approved?")


class FakeRasa:
    """Answers with whatever the test sets; remembers requests and connections."""

    def __init__(self) -> None:
        self.status = 200
        self.body: bytes = b"[]"
        self.requests: list[dict[str, Any]] = []
        self.connections: set[int] = set()
        self.before: Callable[[BaseHTTPRequestHandler], None] = lambda _handler: None

    def answer(self, *payloads: dict[str, Any]) -> None:
        self.body = json.dumps([{"recipient_id": "c1", "custom": p} for p in payloads]).encode()


@pytest.fixture
def rasa() -> Iterator[tuple[FakeRasa, str]]:
    fake = FakeRasa()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fake.requests.append(json.loads(body))
            fake.connections.add(self.client_address[1])
            fake.before(self)
            self.send_response(fake.status)
            self.send_header("Content-Length", str(len(fake.body)))
            self.end_headers()
            self.wfile.write(fake.body)

        def do_GET(self) -> None:
            self.send_response(fake.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield fake, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(rasa: tuple[FakeRasa, str]) -> Iterator[RasaClient]:
    made = RasaClient(rasa[1], timeout=0.5)
    yield made
    made.close()


def test_replies_and_decision_come_back_when_rasa_answers(
    rasa: tuple[FakeRasa, str], client: RasaClient
) -> None:
    fake, _ = rasa
    crisis = red_line("self_harm", "T1")
    fake.answer(
        NOTICE.to_dict(),
        crisis.to_dict(),
        {"kind": "decision", "decision": DECISION.to_dict()},
    )
    result = client.respond(REQUEST)
    assert result.replies == (NOTICE, crisis)
    assert result.decision == DECISION
    assert fake.requests == [
        {"sender": "c1", "message": REQUEST.text, "channel": "web", "previous": ["before"]}
    ]


def test_contact_and_rating_are_read_when_a_payload_carries_them(
    rasa: tuple[FakeRasa, str], client: RasaClient
) -> None:
    fake, _ = rasa
    contact = {"method": "phone", "value": "202-555-0123", "when": None}
    fake.answer(
        {**ANSWER.to_dict(), "contact": contact}, {**ANSWER.to_dict(), "rating": "positive"}
    )
    result = client.respond(REQUEST)
    assert result.contact == ContactDetails("phone", "202-555-0123", None)
    assert result.feedback == Feedback("up")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[]", "empty"),
        (json.dumps([{"custom": NOTICE.to_dict()}]).encode(), "empty"),
        (json.dumps([{"custom": {"kind": "decision", "decision": None}}]).encode(), "empty"),
        (b"{}", "malformed"),
        (b"not json", "malformed"),
        (b"\xff\xfe", "malformed"),
        (b"[1]", "malformed"),
        (b'[{"recipient_id": "c1", "text": "hi"}]', "malformed"),
        (b'[{"custom": {"kind": "answer"}}]', "malformed"),
        (json.dumps([{"custom": {**ANSWER.to_dict(), "kind": "poem"}}]).encode(), "malformed"),
        (json.dumps([{"custom": {**ANSWER.to_dict(), "text": 7}}]).encode(), "malformed"),
        (json.dumps([{"custom": {**ANSWER.to_dict(), "text": " "}}]).encode(), "malformed"),
        (json.dumps([{"custom": {**ANSWER.to_dict(), "sources": [1]}}]).encode(), "malformed"),
        (b"x" * 1_200_000, "malformed"),
    ],
)
def test_answer_is_a_failure_when_it_is_out_of_the_contract(
    rasa: tuple[FakeRasa, str], client: RasaClient, body: bytes, reason: str
) -> None:
    rasa[0].body = body
    with pytest.raises(DialogueError) as caught:
        client.respond(REQUEST)
    assert caught.value.reason == reason


def test_escalation_is_a_failure_when_its_tier_is_unknown(
    rasa: tuple[FakeRasa, str], client: RasaClient
) -> None:
    payload = red_line("dosing", "T2").to_dict()
    payload["escalation"]["tier"] = "T9"
    rasa[0].answer(payload)
    with pytest.raises(DialogueError, match="malformed"):
        client.respond(REQUEST)


def test_decision_is_kept_when_rasa_fails_after_triage(
    rasa: tuple[FakeRasa, str], client: RasaClient
) -> None:
    fake, _ = rasa
    fake.status = 503
    fake.body = json.dumps({"error": "x", "decision": DECISION.to_dict()}).encode()
    with pytest.raises(DialogueError) as caught:
        client.respond(REQUEST)
    assert (caught.value.reason, caught.value.decision) == ("status", DECISION)
    fake.body = b"<html>"
    with pytest.raises(DialogueError, match="status"):
        client.respond(REQUEST)
    assert not client.is_ready()


def test_message_is_sent_once_when_rasa_does_not_answer_in_time(
    rasa: tuple[FakeRasa, str], client: RasaClient
) -> None:
    fake, _ = rasa
    fake.before = lambda _handler: time.sleep(0.8)
    started = time.monotonic()
    with pytest.raises(DialogueError) as caught:
        client.respond(REQUEST)
    assert caught.value.reason == "timeout"
    assert time.monotonic() - started < 0.75
    time.sleep(0.5)
    assert len(fake.requests) == 1


def test_message_is_given_up_when_the_answer_trickles(
    rasa: tuple[FakeRasa, str], client: RasaClient
) -> None:
    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(20):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)

    def trickle_quietly(handler: BaseHTTPRequestHandler) -> None:
        try:
            trickle(handler)
        except OSError:
            handler.close_connection = True

    rasa[0].before = trickle_quietly
    started = time.monotonic()
    with pytest.raises(DialogueError) as caught:
        client.respond(REQUEST)
    assert caught.value.reason == "timeout"
    assert time.monotonic() - started < 1.5


def test_message_is_a_failure_when_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    client = RasaClient(f"http://127.0.0.1:{port}", timeout=0.5)
    with pytest.raises(DialogueError) as caught:
        client.respond(REQUEST)
    assert caught.value.reason == "unreachable"
    assert not client.is_ready()
    client.close()


def test_connection_is_used_again_when_messages_follow_closely(
    rasa: tuple[FakeRasa, str], client: RasaClient
) -> None:
    fake, _ = rasa
    fake.answer(ANSWER.to_dict())
    for _ in range(5):
        client.respond(REQUEST)
    assert len(fake.connections) == 1
    assert client.is_ready()


def test_connection_is_left_alone_when_it_was_silent_for_long(
    rasa: tuple[FakeRasa, str], client: RasaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake, _ = rasa
    fake.answer(ANSWER.to_dict())
    client.respond(REQUEST)
    monkeypatch.setattr("bot.adapters.rasa_client._IDLE", 0.0)
    client.respond(REQUEST)
    assert len(fake.connections) == 2
