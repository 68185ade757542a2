"""The action server as a process: triage, readiness, actions, and what a failure says."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from knowledge.decision import Decision

ROOT = Path(__file__).resolve().parents[2]
BREAK = "break the triage"
_PATIENCE = 60.0


@dataclass(frozen=True)
class Server:
    """The real server, over the scripted clinic."""

    url: str
    log: Path

    def ask(self, path: str, body: Any = None) -> tuple[int, Any]:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(f"{self.url}{path}", data, timeout=30) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = Server(f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("actions") / "log")
    with started.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "tests/scripted_clinic.py", str(port)],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait_until_ready(started, process)
        yield started
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            assert server.ask("/readyz")[0] == 200
        except urllib.error.URLError:
            assert process.poll() is None, server.log.read_text()
            assert time.monotonic() < deadline, server.log.read_text()
            time.sleep(0.1)
        else:
            return


def test_server_says_that_it_is_ready_and_healthy(server: Server) -> None:
    assert server.ask("/readyz") == (200, {"status": "ready", "faqs": 5})
    assert server.ask("/healthz") == (200, {"status": "ok"})


def test_triage_gives_a_decision(server: Server) -> None:
    question = {"text": "i want to die", "channel": "sms", "previous": ["hello"]}

    status, body = server.ask("/triage", question)

    assert status == 200
    decision = Decision.from_dict(body)
    assert (decision.intent, decision.category, decision.tier) == ("crisis", "self_harm", "T0")


def test_triage_gives_decisions_at_the_same_time(server: Server) -> None:
    texts = ["hello", "i want to die", "is it approved", "👍"] * 10

    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda text: server.ask("/triage", {"text": text}), texts))

    assert [body["text"] for _, body in answers] == texts


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "JSON"),
        (b'{"text": "\xff"}', "JSON"),
        ([], "object"),
        ({}, "text"),
        ({"text": 1}, "text"),
        ({"text": "t", "channel": "fax"}, "channel"),
        ({"text": "t", "previous": "p"}, "previous"),
        ({"text": "t", "previous": [1]}, "previous"),
    ],
)
def test_triage_names_the_field_when_the_question_is_malformed(
    server: Server, body: Any, field: str
) -> None:
    status, answer = server.ask("/triage", body)

    assert status == 400
    assert field in answer["error"]


def test_failure_names_its_type_and_nothing_that_was_said(server: Server) -> None:
    assert server.ask("/triage", {"text": BREAK}) == (500, {"error": "RuntimeError"})
    log = server.log.read_text()
    assert "RuntimeError" in log
    assert BREAK not in log


def test_action_answers_when_rasa_sends_no_domain(server: Server) -> None:
    _, triage = server.ask("/triage", {"text": "hello"})
    message = {"text": "hello", "triage": {**triage, "reason": "script"}}
    call = {"next_action": "action_greet", "tracker": {"sender_id": "s", "latest_message": message}}

    status, result = server.ask("/webhook", {**call, "version": "3.6.21"})

    assert status == 200
    assert result["responses"][0]["custom"]["kind"] == "smalltalk"


def test_action_is_rejected_when_it_fails_so_that_rasa_says_nothing(server: Server) -> None:
    message = {"text": BREAK, "triage": {}}
    call = {"next_action": "action_greet", "tracker": {"sender_id": "s", "latest_message": message}}

    status, answer = server.ask("/webhook", call)

    # Rasa takes exactly this status for a rejection.
    assert status == 400
    assert answer == {"error": "TurnError", "action_name": "action_greet"}
    assert BREAK not in server.log.read_text()


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({"FAQBOT_ACTIONS_BIND": "5055"}, "FAQBOT_ACTIONS_BIND: is '5055'; give host:port"),
        ({"FAQBOT_MODE": "test"}, "FAQBOT_MODE: is 'test'; give one of local, production"),
        ({"FAQBOT_INDEX_DIR": "no/such/folder"}, "run `make setup`"),
    ],
)
def test_start_is_refused_with_one_line(environ: dict[str, str], problem: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        bind = f"127.0.0.1:{free.getsockname()[1]}"

    result = _start({"FAQBOT_ACTIONS_BIND": bind, **environ})

    assert result.returncode == 1
    assert problem in result.stderr
    assert "Traceback" not in result.stderr


def test_start_is_refused_with_one_line_when_the_port_is_taken(server: Server) -> None:
    result = _start({"FAQBOT_ACTIONS_BIND": server.url.removeprefix("http://")})

    assert result.returncode == 1
    assert "FAQBOT_ACTIONS_BIND" in result.stderr
    assert "Traceback" not in result.stderr


def _start(environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "actions"],
        cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
