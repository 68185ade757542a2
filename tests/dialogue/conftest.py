"""Real Rasa with the real actions, over a small clinic and a triage that follows a script."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

#: Rasa's own environment runs these: see test_inside_rasa.py.
collect_ignore = ["rasa_env"]

ROOT = Path(__file__).resolve().parents[2]
RASA = ROOT / ".venvs" / "rasa" / "bin" / "python"
_PATIENCE = 120.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@dataclass
class Process:
    """A process of the test's own; stopping it waits until it is gone."""

    command: list[str]
    ready: str
    log: Path
    environ: dict[str, str] = field(default_factory=dict)
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, cwd=ROOT, env={**os.environ, **self.environ}, stdout=log, stderr=log
            )
        deadline = time.monotonic() + _PATIENCE
        while not _answers(self.ready):
            if self.running.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.command}: not ready\n{self.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.running is not None:
            self.running.send_signal(how)
            self.running.wait(30)
            self.running = None


@dataclass
class Dialogue:
    """Rasa and its action server, as the core would meet them."""

    url: str
    environ: dict[str, str]
    actions: Process
    rasa: Process

    def chat(self, channel: str = "web") -> Chat:
        return Chat(self.url, channel)


@dataclass
class Chat:
    """One visitor."""

    url: str
    channel: str
    sender: str = field(default_factory=lambda: uuid.uuid4().hex)

    def say(self, text: str, **further: Any) -> list[dict[str, Any]]:
        """Returns the payloads of the replies, without the notice and the decision."""
        replies = [m["custom"] for m in self.post(text, **further)[1]]
        return [r for r in replies if r["kind"] not in ("notice", "decision")]

    def texts(self, text: str) -> list[str]:
        return [reply["text"] for reply in self.say(text)]

    def post(self, text: str, **further: Any) -> tuple[int, Any]:
        body = {"sender": self.sender, "message": text, "channel": self.channel, **further}
        return post(f"{self.url}/webhooks/faq/webhook", json.dumps(body).encode())


def post(url: str, body: bytes) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(url, body, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings of a dialogue of the tests' own, with a freshly trained model."""
    given = {
        "FAQBOT_VAR": str(tmp_path_factory.mktemp("var")),
        "FAQBOT_RASA_BIND": f"127.0.0.1:{free_port()}",
        "FAQBOT_ACTIONS_BIND": f"127.0.0.1:{free_port()}",
        # The machine that runs the tests may be busy; what takes how long is measured elsewhere.
        "FAQBOT_RASA_TIMEOUT": "20",
        "PYTHONPATH": str(ROOT),
    }
    trained = rasa(given, "train")
    assert trained.returncode == 0, trained.stderr[-3000:]
    return given


@pytest.fixture(scope="session")
def dialogue(environ: dict[str, str]) -> Iterator[Dialogue]:
    logs = Path(environ["FAQBOT_VAR"])
    rasa_bind, actions_bind = environ["FAQBOT_RASA_BIND"], environ["FAQBOT_ACTIONS_BIND"]
    clinic = [sys.executable, "tests/scripted_clinic.py", actions_bind.rpartition(":")[2]]
    started = Dialogue(
        f"http://{rasa_bind}",
        environ,
        Process(clinic, f"http://{actions_bind}/readyz", logs / "actions.log", environ),
        Process(
            [str(RASA), "-m", "bot.dialogue"],
            f"http://{rasa_bind}/webhooks/faq/readyz",
            logs / "rasa.log",
            environ,
        ),
    )
    try:
        started.actions.start()
        started.rasa.start()
        yield started
    finally:
        started.rasa.stop()
        started.actions.stop()


@pytest.fixture
def chat(dialogue: Dialogue) -> Chat:
    return dialogue.chat()


Rasa = Callable[..., subprocess.CompletedProcess[str]]


def rasa(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs `python -m bot.dialogue` in Rasa's environment."""
    return subprocess.run(
        [str(RASA), "-m", "bot.dialogue", *arguments],
        cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, check=False,
        timeout=240,
    )  # fmt: skip


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False
