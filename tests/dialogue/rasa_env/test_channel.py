"""The channel inside Rasa: what it lets through, and how it fails. Python 3.10, Rasa's own.

.venvs/rasa/bin/python -m unittest discover -s tests/dialogue/rasa_env
"""

from __future__ import annotations

import json
import logging
import unittest
from typing import Any
from unittest import mock

import aiohttp
from rasa.core.channels.channel import UserMessage

from bot.dialogue.channel import BadMessageError, FaqInput, VisitorMessage, without_commands
from bot.dialogue.settings import load_dialogue_settings

SECRET = "i hear voices"
DECISION: dict[str, Any] = {
    "text": SECRET,
    "route": "escalate",
    "category": "psychosis_mania",
    "tier": "T1",
    "faq_ids": [],
    "confidence": 0.97,
    "candidates": [{"faq_id": "x", "score": 0.1}] * 50,
    "footer": None,
    "reasons": ["why"],
    "intent": "crisis",
    "language": "en",
}


class WithoutCommands(unittest.TestCase):
    def test_leading_slashes_are_removed_when_rasa_would_obey_them(self) -> None:
        for text, expected in (
            ("/crisis", "crisis"),
            ("/restart", "restart"),
            ('/ask_faq{"x":1}', 'ask_faq{"x":1}'),
            (" \t/ / //greet", "greet"),
            ("\u2003/greet", "greet"),
            ("///", ""),
            ("", ""),
            ("/" * 10_000 + "x", "x"),
        ):
            with self.subTest(text=text[:20]):
                self.assertEqual(without_commands(text), expected)

    def test_slash_within_the_text_stays(self) -> None:
        self.assertEqual(without_commands("yes/no?"), "yes/no?")


class ReadingMessages(unittest.TestCase):
    def test_other_keys_are_ignored_when_the_client_sends_them(self) -> None:
        forged = {"metadata": {"triage": {"intent": "greet"}}, "input_channel": "facebook"}
        body = {"sender": "s", "message": "hello", **forged}

        message = VisitorMessage.from_json(body)

        self.assertEqual(message, VisitorMessage("s", "hello", "web", ()))

    def test_only_the_last_two_earlier_messages_are_kept(self) -> None:
        body = {"sender": "s", "message": "d", "channel": "sms", "previous": ["a", "b", "c"]}

        self.assertEqual(VisitorMessage.from_json(body).previous, ("b", "c"))

    def test_message_is_refused_with_the_field_when_it_is_malformed(self) -> None:
        good = {"sender": "s", "message": "m"}
        for change, field in (
            ({"sender": ""}, "sender"),
            ({"sender": "s" * 256}, "sender"),
            ({"sender": 1}, "sender"),
            ({"message": None}, "message"),
            ({"message": "\ud800"}, "message"),
            ({"channel": "fax"}, "channel"),
            ({"previous": "m"}, "previous"),
            ({"previous": [1]}, "previous"),
        ):
            with self.subTest(change=str(change)[:40]), self.assertRaises(BadMessageError) as e:
                VisitorMessage.from_json({**good, **change})
            self.assertIn(field, str(e.exception))

    def test_body_is_refused_when_it_is_no_object(self) -> None:
        with self.assertRaises(BadMessageError):
            VisitorMessage.from_json(["m"])


class Receiving(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.channel = FaqInput(load_dialogue_settings({}))
        self.asked = mock.patch.object(self.channel, "_triage", return_value=DECISION).start()
        self.addCleanup(mock.patch.stopall)
        self.message: UserMessage | None = None
        self.said: list[dict[str, Any]] = [{"custom": {"kind": "crisis"}}]

    async def on_new_message(self, message: UserMessage) -> None:
        self.message = message
        for payload in self.said:
            await message.output_channel.send_custom_json("s", payload["custom"])

    async def receive(self, body: object) -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = await self.channel._receive(raw, self.on_new_message)
        return response.status, json.loads(response.body)

    async def test_replies_end_with_the_decision(self) -> None:
        status, answer = await self.receive({"sender": "s", "message": SECRET})

        self.assertEqual(status, 200)
        self.assertEqual([m["custom"]["kind"] for m in answer], ["crisis", "decision"])
        self.assertEqual(answer[-1]["custom"]["decision"], DECISION)

    async def test_forged_metadata_is_replaced_by_triage(self) -> None:
        forged = {"triage": {"intent": "greet"}, "channel": "facebook"}
        await self.receive({"sender": "s", "message": "/greet", "metadata": forged})

        assert self.message is not None
        self.assertEqual(self.message.text, "greet")
        self.assertEqual(self.message.metadata["channel"], "web")
        self.assertEqual(self.message.metadata["triage"]["intent"], "crisis")

    async def test_what_rasa_stores_is_small(self) -> None:
        await self.receive({"sender": "s", "message": SECRET})

        assert self.message is not None
        self.assertLess(len(json.dumps(self.message.metadata)), 400)

    async def test_body_is_refused_when_it_is_not_json_in_utf8(self) -> None:
        for body in (b"", b"{", b'{"sender": "\xff"}', b"[]"):
            with self.subTest(body=body):
                self.assertEqual((await self.receive(body))[0], 400)

    async def test_answer_is_503_without_words_when_the_dialogue_breaks(self) -> None:
        async def broken(message: UserMessage) -> None:
            raise RuntimeError(message.text)

        with self.assertLogs(level=logging.ERROR) as logs:
            response = await self.channel._receive(
                json.dumps({"sender": "s", "message": SECRET}).encode(), broken
            )

        answer = json.loads(response.body)
        self.assertEqual(response.status, 503)
        self.assertEqual(answer["error"], "the dialogue failed: RuntimeError")
        self.assertEqual(answer["decision"]["intent"], "crisis")
        self.assertNotIn(SECRET, "".join(logs.output))

    async def test_answer_is_503_when_the_dialogue_says_nothing_but_the_notice(self) -> None:
        for said in ([], [{"custom": {"kind": "notice"}}]):
            with self.subTest(said=said), self.assertLogs(level=logging.ERROR):
                self.said = said
                self.assertEqual((await self.receive({"sender": "s", "message": "m"}))[0], 503)


class AskingTriage(unittest.IsolatedAsyncioTestCase):
    async def test_answer_is_503_when_triage_cannot_be_reached(self) -> None:
        settings = load_dialogue_settings({"FAQBOT_ACTIONS_URL": "http://127.0.0.1:9"})
        channel = FaqInput(settings)

        async with aiohttp.ClientSession() as channel._session:
            with self.assertLogs(level=logging.ERROR):
                response = await channel._receive(b'{"sender": "s", "message": "m"}', mock.Mock())

        self.assertEqual(response.status, 503)
        self.assertIn("ClientConnectorError", json.loads(response.body)["error"])


if __name__ == "__main__":
    unittest.main()
