"""The classifier inside Rasa: passes on what triage decided."""

from __future__ import annotations

import unittest
from typing import Any
from unittest import mock

import requests
from rasa.shared.nlu.training_data.message import Message

from bot.dialogue import classifier
from bot.dialogue.classifier import TriageClassifier

TRIAGE: dict[str, Any] = {"intent": "crisis", "confidence": 0.97, "tier": "T0", "reason": "why"}
DECISION: dict[str, Any] = {
    **dict.fromkeys(("category", "tier", "footer")),
    "faq_ids": ["a"],
    "confidence": 0.9,
    "reasons": ["one.", "two."],
    "intent": "ask_faq",
    "language": "en",
    "candidates": [],
}


def classified(**data: Any) -> dict[str, Any]:
    message = Message(data=data)
    TriageClassifier().process([message])
    output: dict[str, Any] = message.as_dict(only_output_properties=True)
    return output


class Classifying(unittest.TestCase):
    def test_intent_is_what_triage_decided_when_the_channel_brought_it(self) -> None:
        with mock.patch.object(requests, "post") as post:
            output = classified(text="/greet", metadata={"triage": TRIAGE})

        post.assert_not_called()
        self.assertEqual(output["intent"], {"name": "crisis", "confidence": 0.97})
        self.assertEqual(output["triage"], TRIAGE)

    def test_triage_is_asked_when_there_is_no_channel(self) -> None:
        with mock.patch.object(requests, "post") as post:
            post.return_value.json.return_value = DECISION
            output = classified(text="is it safe")

        self.assertEqual(post.call_args.kwargs["json"]["text"], "is it safe")
        self.assertEqual(output["intent"]["name"], "ask_faq")
        self.assertEqual(output["triage"]["reason"], "one.; two.")
        self.assertNotIn("candidates", output["triage"])

    def test_no_intent_is_guessed_when_triage_cannot_be_asked(self) -> None:
        with mock.patch.object(classifier, "_asked_triage", side_effect=requests.ConnectionError):
            self.assertRaises(requests.ConnectionError, classified, text="is it safe")


if __name__ == "__main__":
    unittest.main()
