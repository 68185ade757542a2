"""Where the time of one message goes, stage by stage: each stage asked by itself, in turn."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import aiohttp

from knowledge.encoder.onnx_encoder import OnnxEncoder
from knowledge.encoder.weights import DEFAULT_MODEL
from knowledge.runtime import Places, open_triage
from knowledge.text import Normaliser
from tests.bench.figures import percentile
from tests.bench.processes import ROOT
from tests.bench.systems import ChatApi, OurRasa, System

Stage = Callable[[str], Awaitable[None]]


def profile(
    rasa: OurRasa, chat: ChatApi, chats: Iterator[tuple[str, ...]], messages: int
) -> dict[str, Any]:
    """Returns p50 and p95 in milliseconds of every stage.

    Encoder, decision and `POST /triage` get the same messages; Rasa and the chat API others from
    the same mix, because the action server remembers what it has just encoded. Each message is the
    second of its conversation: the first one also starts a session.
    """
    return asyncio.run(_profile(rasa, chat, chats, messages))


async def _profile(
    rasa: OurRasa, chat: ChatApi, chats: Iterator[tuple[str, ...]], messages: int
) -> dict[str, Any]:
    seen: dict[str, list[float]] = {}

    async def take(name: str, stage: Stage, text: str) -> None:
        started = time.perf_counter()
        await stage(text)
        seen.setdefault(name, []).append(1000 * (time.perf_counter() - started))

    async with aiohttp.ClientSession() as http:
        alone = _local_stages() | _served_stages(rasa, http)
        for _ in range(messages):
            asked, to_rasa, to_chat = next(chats)
            for name, stage in alone.items():
                await take(name, stage, asked)
            await take("rasa", await _conversation(rasa, http), to_rasa)
            await take("chat api", await _conversation(chat, http), to_chat)
    return {
        name: {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95)}
        for name, times in seen.items()
    }


async def _conversation(system: System, http: aiohttp.ClientSession) -> Stage:
    """Returns a stage that says the next message of a conversation that has begun."""
    sender = await system.meet(http)
    await system.say(http, sender, "hello")
    return lambda text: system.say(http, sender, text)


def _local_stages() -> dict[str, Stage]:
    encoder = OnnxEncoder.load(ROOT / "var" / "encoder", DEFAULT_MODEL)
    expand = Normaliser.default().expand
    _, triage = open_triage(Places(ROOT / "var" / "index", ROOT / "var" / "encoder"))

    async def encode(text: str) -> None:
        encoder.encode([expand(text)])

    async def decide(text: str) -> None:
        triage.decide(text)

    return {"bare encoder": encode, "decide": decide}


def _served_stages(rasa: OurRasa, http: aiohttp.ClientSession) -> dict[str, Stage]:
    url = f"http://{rasa.service.environ['FAQBOT_ACTIONS_BIND']}/triage"

    async def ask(text: str) -> None:
        async with http.post(url, json={"text": text}) as response:
            await response.read()

    return {"POST /triage": ask}
