"""The client of triage against the real action server, and against nobody and nonsense."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.adapters.triage_client import TriageClient
from bot.conversation.errors import DialogueError
from bot.conversation.model import Channel, DialogueRequest
from tests.scripted_dialogue import decision

REQUEST = DialogueRequest("c1", "no way out", Channel.SMS, ("before",))


@contextmanager
def _server(status: int, body: bytes, asked: list[bytes]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_decision_comes_back_when_triage_answers() -> None:
    wanted = decision("no way out", route="escalate", category="self_harm", tier="T1")
    asked: list[bytes] = []
    with _server(200, json.dumps(wanted.to_dict()).encode(), asked) as url:
        assert TriageClient(url, 2.0).decide(REQUEST) == wanted
    assert json.loads(asked[0]) == {
        "text": "no way out", "channel": "sms", "previous": ["before"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (500, b"{}", "status"),
        (400, b"{}", "status"),
        (200, b"[]", "malformed"),
        (200, b"no json", "malformed"),
        (200, b"\xff", "malformed"),
    ],
)
def test_error_says_what_is_wrong_when_the_answer_cannot_be_used(
    status: int, body: bytes, reason: str
) -> None:
    with _server(status, body, []) as url, pytest.raises(DialogueError) as raised:
        TriageClient(url, 2.0).decide(REQUEST)
    assert raised.value.reason == reason
    assert "no way out" not in str(raised.value)


def test_error_says_unreachable_when_nobody_listens_or_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with pytest.raises(DialogueError) as slow:
            TriageClient(f"http://127.0.0.1:{silent.getsockname()[1]}", 0.2).decide(REQUEST)
        port = silent.getsockname()[1]
    with pytest.raises(DialogueError) as gone:
        TriageClient(f"http://127.0.0.1:{port}", 0.2).decide(REQUEST)
    assert (slow.value.reason, gone.value.reason) == ("unreachable", "unreachable")
