"""Rasa's classifier: passes on the intent that triage decided.

Inside the service the channel has already awaited triage and the decision arrives with the
message. `rasa shell` and `rasa test` have no such channel; only then is triage asked from here,
with a blocking call, because Rasa runs its pipeline on the event loop.
"""

from __future__ import annotations

from typing import Any, Final

import requests
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.dialogue.settings import load_dialogue_settings
from bot.dialogue.triage import carried_triage

_TIMEOUT_SECONDS: Final = 10.0


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class TriageClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Turns a message's triage decision into its intent and a `triage` property."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TriageClassifier:
        """Creates the component; Rasa's factory method."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and `triage` of every message, in place."""
        for message in messages:
            triage = (message.get("metadata") or {}).get("triage")
            self._classify(message, triage or _asked_triage(message.get(TEXT)))
        return messages

    @staticmethod
    def _classify(message: Message, triage: dict[str, Any]) -> None:
        intent = {
            INTENT_NAME_KEY: triage["intent"],
            PREDICTED_CONFIDENCE_KEY: triage["confidence"],
        }
        message.set(INTENT, intent, add_to_output=True)
        message.set("triage", triage, add_to_output=True)


def _asked_triage(text: str) -> dict[str, Any]:
    response = requests.post(
        f"{load_dialogue_settings().actions_url}/triage",
        json={"text": text, "channel": "web", "previous": []},
        timeout=_TIMEOUT_SECONDS,
    )
    response.raise_for_status()
    return carried_triage(response.json())
