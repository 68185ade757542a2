"""Calls of the action server: what is sent, and over which connections."""

from __future__ import annotations

import asyncio
import contextlib
import json
import unittest
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.dialogue import action_calls

ORIGINAL = (EndpointConfig.session, RemoteAction._action_call_format)


class Calling(unittest.TestCase):
    def setUp(self) -> None:
        action_calls.install()
        self.addCleanup(setattr, EndpointConfig, "session", ORIGINAL[0])
        self.addCleanup(setattr, RemoteAction, "_action_call_format", ORIGINAL[1])
        self.tracker = DialogueStateTracker("s", [])
        for number in range(10):
            parsed = {"triage": {"intent": "ask_faq"}, "text": f"text {number}"}
            for event in (
                UserUttered(f"text {number}", {"name": "ask"}, parse_data=parsed,
                            input_channel="sms"),
                ActionExecuted("action_answer"),
                SlotSet("seen", number),
            ):  # fmt: skip
                self.tracker.update(event)

    def test_call_has_all_that_rasas_own_has_but_the_events(self) -> None:
        endpoint = EndpointConfig("http://localhost", enable_selective_domain=True)
        action = RemoteAction("action_answer", endpoint)

        ours = action._action_call_format(self.tracker, Domain.empty())
        rasas = ORIGINAL[1](action, self.tracker, Domain.empty())

        turns = [event["input_channel"] for event in ours["tracker"].pop("events")]
        self.assertEqual(turns, ["sms"] * 10)
        self.assertEqual(len(rasas["tracker"].pop("events")), 30)
        self.assertEqual(ours, rasas)

    def test_earlier_texts_are_not_sent(self) -> None:
        body = RemoteAction("action_answer", None)._action_call_format(self.tracker, Domain.empty())

        self.assertNotIn("text 8", json.dumps(body))
        self.assertIn("text 9", json.dumps(body))

    def test_one_connection_serves_many_calls(self) -> None:
        self.assertEqual(asyncio.run(self.served(20)), 1)

    async def served(self, calls: int) -> int:
        connections = 0

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            head: Any = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            with contextlib.suppress(asyncio.IncompleteReadError):  # the end of the connection
                while await reader.readuntil(b"\r\n\r\n"):
                    await reader.readexactly(2)
                    writer.write(head + b"Content-Length: 2\r\n\r\n{}")

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        endpoint = EndpointConfig(f"http://127.0.0.1:{port}")
        for _ in range(calls):
            self.assertEqual(await endpoint.request(json={}), {})
        await action_calls.close()
        server.close()
        return connections
