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
from tests.bench.systems import ChatApi, OurRasa, Sender

Stage = Callable[[str], Awaitable[None]]


def profile(
    rasa: OurRasa, chat: ChatApi, chats: Iterator[tuple[str, ...]], messages: int
) -> dict[str, Any]:
    """Returns p50 and p95 in milliseconds of every stage, over the same messages.

    Every message is the first of its conversation, so that no stage remembers anything of it; the
    start of the conversation itself is not counted.
    """
    texts = [text for _ in range(messages // 3 + 1) for text in next(chats)][:messages]
    return asyncio.run(_profile(rasa, chat, texts))


async def _profile(rasa: OurRasa, chat: ChatApi, texts: list[str]) -> dict[str, Any]:
    seen: dict[str, list[float]] = {}
    async with aiohttp.ClientSession() as http:
        stages = _local_stages() | _served_stages(rasa, http)
        for text in texts:
            # Rasa's first message of a conversation also starts a session; the second does not.
            known = Sender(f"profile-{time.monotonic_ns()}")
            await rasa.say(http, known, "hello")
            met = await chat.meet(http)
            await chat.say(http, met, "hello")
            further: dict[str, Stage] = {
                "rasa": lambda t, s=known: rasa.say(http, s, t),  # type: ignore[misc]
                "chat api": lambda t, s=met: chat.say(http, s, t),  # type: ignore[misc]
            }
            for name, stage in (stages | further).items():
                started = time.perf_counter()
                await stage(text)
                seen.setdefault(name, []).append(1000 * (time.perf_counter() - started))
    return {
        name: {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95)}
        for name, times in seen.items()
    }


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
