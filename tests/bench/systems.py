"""The systems that are measured side by side, each spoken to as its users speak to it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

import aiohttp

from tests.bench.processes import RASA_PYTHON, command_of, rasa_environ, running, with_children
from tests.bench.usual_bot import UsualBot
from tests.e2e.running_service import RunningService, free_ports
from tests.postgresql_server import running_server

_OK: Final = 200
#: All senders come from one address here, which the site would soon refuse.
_UNLIMITED: Final = dict.fromkeys(
    ("FAQBOT_LIMIT_VISITOR", "FAQBOT_LIMIT_ADDRESS", "FAQBOT_LIMIT_STARTS", "FAQBOT_LIMIT_READS"),
    "1000000/minute",
)
#: What a process of ours is called, by what its command line holds.
_NAMES: Final = {
    "bot.dialogue": "rasa", "-m actions": "actions", "bot.channels.web": "web",
    "bot.desk": "desk", "bot.worker": "worker", "supervisord": "supervisor",
    "bot up": "supervisor", "postgres": "postgres", "redis-server": "redis",
}  # fmt: skip


class LostError(Exception):
    """A message was refused or got no reply; says which of them."""


@dataclass
class Sender:
    """One visitor in one conversation."""

    id: str
    headers: Mapping[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


class System(Protocol):
    """Something that answers messages."""

    @property
    def key(self) -> str:
        """A letter and a word, for tables."""

    @property
    def name(self) -> str:
        """What it is, for readers."""

    async def meet(self, http: aiohttp.ClientSession) -> Sender:
        """Begins a conversation."""

    async def say(self, http: aiohttp.ClientSession, sender: Sender, text: str) -> None:
        """Sends a message and waits for its reply; raises LostError without one."""

    def processes(self) -> dict[str, list[int]]:
        """Returns the ids of its processes now, by name."""


@dataclass(frozen=True)
class UsualRasa:
    """(a) The usual bot through Rasa's REST channel."""

    url: str
    pid: int
    key: str = "a"
    name: str = "usual Rasa bot: DIET, ResponseSelector, REST"

    async def meet(self, http: aiohttp.ClientSession) -> Sender:
        return Sender(uuid.uuid4().hex)

    async def say(self, http: aiohttp.ClientSession, sender: Sender, text: str) -> None:
        body = {"sender": sender.id, "message": text}
        async with http.post(f"{self.url}/webhooks/rest/webhook", json=body) as response:
            answer = await _answer(response)
            if not answer:
                raise LostError("no reply")

    def processes(self) -> dict[str, list[int]]:
        return {"rasa": with_children(self.pid)}


@dataclass(frozen=True)
class OurRasa:
    """(b) Rasa of the service with its action server, through the service's own channel."""

    service: RunningService
    key: str = "b"
    name: str = "our Rasa and actions, through its channel"

    async def meet(self, http: aiohttp.ClientSession) -> Sender:
        return Sender(uuid.uuid4().hex)

    async def say(self, http: aiohttp.ClientSession, sender: Sender, text: str) -> None:
        url = f"http://{self.service.environ['FAQBOT_RASA_BIND']}/webhooks/faq/webhook"
        body = {"sender": sender.id, "message": text, "previous": sender.said[-2:]}
        async with http.post(url, json=body) as response:
            answer = await _answer(response)
        kinds = [element["custom"]["kind"] for element in answer]
        if all(kind in ("decision", "notice") for kind in kinds):
            raise LostError("no reply")
        sender.said.append(text)

    def processes(self) -> dict[str, list[int]]:
        found = _named(self.service.processes())
        return {name: found.get(name, []) for name in ("rasa", "actions")}


@dataclass(frozen=True)
class ChatApi:
    """(c), (d) The whole service through its public chat API."""

    service: RunningService
    key: str
    name: str
    beside: tuple[int, ...] = ()

    async def meet(self, http: aiohttp.ClientSession) -> Sender:
        async with http.post(f"{self._api}", json={}) as response:
            created = await _answer(response, 201)
        return Sender(created["id"], {"Authorization": f"Bearer {created['token']}"})

    async def say(self, http: aiohttp.ClientSession, sender: Sender, text: str) -> None:
        body = {"client_message_id": uuid.uuid4().hex, "text": text}
        url = f"{self._api}/{sender.id}/messages"
        async with http.post(url, json=body, headers=sender.headers) as response:
            answer = await _answer(response)
        # While a conversation is paused the bot is silent: the message is in front of staff.
        if not answer["replies"] and answer["state"] == "bot":
            raise LostError("no reply")
        if any(reply["kind"] == "holding" for reply in answer["replies"]):
            raise LostError("the dialogue failed")

    def processes(self) -> dict[str, list[int]]:
        found = _named(self.service.processes())
        for pid in self.beside:
            found.setdefault(_name_of(command_of(pid)), []).extend(with_children(pid))
        return found

    @property
    def _api(self) -> str:
        return f"{self.service.web}/api/v1/conversations"


async def _answer(response: aiohttp.ClientResponse, expected: int = _OK) -> Any:
    if response.status != expected:
        raise LostError(f"HTTP {response.status}")
    return await response.json(content_type=None)


@contextlib.contextmanager
def usual_rasa(bot: UsualBot, folder: Path) -> Iterator[UsualRasa]:
    """Serves the usual bot."""
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    command = [RASA_PYTHON, "-m", "rasa", "run", "--model", str(bot.model.resolve())]
    command += ["--interface", "127.0.0.1", "--port", str(port), "--enable-api"]
    command += ["--endpoints", str((bot.folder / "endpoints.yml").resolve())]
    command += ["--credentials", str((bot.folder / "credentials.yml").resolve())]
    environ = rasa_environ(folder)
    with running(command, environ, folder, folder / "usual.log", f"{url}/status") as pid:
        yield UsualRasa(url, pid)


@contextlib.contextmanager
def our_service(var: Path, **settings: str) -> Iterator[RunningService]:
    """Runs the whole service on SQLite, or on what the settings say."""
    with RunningService.started(var, **_UNLIMITED, **settings) as service:
        yield service


@contextlib.contextmanager
def servers(folder: Path) -> Iterator[tuple[dict[str, str], tuple[int, ...]]]:
    """Runs PostgreSQL and Redis as compose does; yields settings and their process ids."""
    with running_server(durable=True) as server, _redis(folder) as (redis_url, redis_pid):
        settings = {"FAQBOT_DATABASE_URL": server.create(), "FAQBOT_REDIS_URL": redis_url}
        yield settings, (server.pid, redis_pid)


@contextlib.contextmanager
def _redis(folder: Path) -> Iterator[tuple[str, int]]:
    program = shutil.which("redis-server")
    if program is None:
        raise RuntimeError("redis-server is needed: apt-get install redis-server")
    (port,) = free_ports(1)
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--appendonly", "yes", "--daemonize", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    time.sleep(0.5)
    try:
        yield f"redis://127.0.0.1:{port}/0", process.pid
    finally:
        process.terminate()
        process.wait(10)


def _named(commands: Mapping[int, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for pid, command in commands.items():
        found.setdefault(_name_of(command), []).append(pid)
    return found


def _name_of(command: str) -> str:
    return next((name for mark, name in _NAMES.items() if mark in command), "other")
