"""What triage, the dialogue's files and the actions agree on."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker

from actions.contact_answers import STEPS
from actions.escalate import ESCALATIONS
from actions.forms import CHOICE_FORM, CONTACT_FORM
from actions.registry import all_actions
from actions.settings import load_action_settings
from actions.small_talk import SMALL_TALK
from actions.turn import Turn
from bot.dialogue.settings import load_dialogue_settings
from bot.dialogue.triage import carried_triage
from bot.settings import load_settings
from knowledge.decision import CATEGORIES, TIERS, Decision, intent_for
from knowledge.library import load_library
from knowledge.reply import message_reply
from tests.scripted_clinic import MESSAGES, ScriptedTriage, scripted_library

ROOT = Path(__file__).resolve().parents[2]
DIALOGUE = ROOT / "bot" / "dialogue"
#: What triage says of a message that it answers, asks back about, or takes for small talk.
OTHER_INTENTS = {
    *SMALL_TALK,
    "ask_faq",
    "ambiguous",
    "choose_option",
    "out_of_scope",
    "give_contact",
    "feedback_positive",
    "feedback_negative",
}


def merged(folder: str) -> dict[str, Any]:
    """Returns what the YAML files of a folder say together."""
    whole: dict[str, Any] = {}
    for path in sorted((DIALOGUE / folder).glob("*.yml")):
        for key, value in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if isinstance(value, list):
                whole.setdefault(key, []).extend(value)
            elif isinstance(value, dict):
                whole.setdefault(key, {}).update(value)
    return whole


DOMAIN = merged("domain")
RULES = merged("data/rules")["rules"]


def steps(kind: str) -> set[str]:
    return {step[kind] for rule in RULES for step in rule["steps"] if kind in step}


def test_every_intent_of_triage_is_known_to_the_dialogue() -> None:
    escalated = {intent_for(c, t) for c, t in product(CATEGORIES, TIERS)}  # type: ignore[arg-type]

    assert escalated == set(ESCALATIONS)
    assert set(DOMAIN["intents"]) == escalated | OTHER_INTENTS


def test_every_kind_of_small_talk_that_is_fitted_is_an_intent() -> None:
    assert set(load_library().small_talk) <= OTHER_INTENTS


def test_every_intent_has_a_rule() -> None:
    assert steps("intent") == set(DOMAIN["intents"])


def test_every_action_of_the_domain_is_served_and_the_other_way_round() -> None:
    served = {action.name() for action in all_actions(scripted_library)}

    assert set(DOMAIN["actions"]) == served


def test_every_action_of_a_rule_exists() -> None:
    assert steps("action") <= {*DOMAIN["actions"], *DOMAIN["forms"]}


def test_forms_ask_what_the_actions_read() -> None:
    assert DOMAIN["forms"][CONTACT_FORM]["required_slots"] == list(STEPS)
    assert DOMAIN["forms"][CHOICE_FORM]["required_slots"] == ["choice"]


def test_every_slot_that_an_action_sets_is_in_the_domain() -> None:
    sources = [p.read_text(encoding="utf-8") for p in (ROOT / "actions").glob("*.py")]
    turn_slots = {name for name in DOMAIN["slots"] if any(name in text for text in sources)}

    assert turn_slots == set(DOMAIN["slots"])


def test_every_fixed_text_of_the_actions_is_written() -> None:
    library = load_library()

    for key in MESSAGES:
        reply = message_reply(library, key, "smalltalk")
        assert reply.text
        assert reply.sms


@pytest.mark.parametrize(
    "text", ["hello", "is it approved", "i want to die", "necesito ayuda", "who won the game"]
)
def test_turn_is_what_triage_decided_when_it_went_through_rasa(text: str) -> None:
    decision = ScriptedTriage().decide(text)
    answered = Decision.from_dict(decision.to_dict())  # as JSON carries it

    message = {"text": text, "triage": carried_triage(answered.to_dict())}
    said = {"event": "user", "input_channel": "sms"}

    turn = Turn.from_tracker(Tracker("s", {}, message, [said], False, None, {}, None))

    assert (turn.intent, turn.category, turn.tier) == (
        decision.intent,
        decision.category,
        decision.tier,
    )
    assert (turn.faq_ids, turn.language, turn.channel) == (
        decision.faq_ids,
        decision.language,
        "sms",
    )


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {
            "FAQBOT_MODE": "production",
            "FAQBOT_SECRET_KEY": "k" * 40,
            "FAQBOT_VAR": "elsewhere",
            "FAQBOT_RASA_BIND": "[::1]:7005",
            "FAQBOT_ACTIONS_BIND": "0.0.0.0:7055",
            "FAQBOT_RASA_TIMEOUT": "3.5",
            "FAQBOT_ENCODER": "sentence-transformers",
            "FAQBOT_REDIS_URL": "redis://cache",
            "FAQBOT_LOG_LEVEL": "warning",
        },
    ],
)
def test_processes_read_the_same_settings(environ: dict[str, str]) -> None:
    whole = load_settings(environ)
    dialogue, actions = load_dialogue_settings(environ), load_action_settings(environ)

    assert (dialogue.host, dialogue.port) == (whole.rasa_bind.host, whole.rasa_bind.port)
    assert dialogue.actions_url == whole.actions_url
    assert dialogue.timeout == whole.rasa_timeout
    assert dialogue.redis_url == whole.redis_url
    assert dialogue.var == whole.var
    assert dialogue.log_level == actions.log_level == whole.log_level.upper()
    assert (actions.host, actions.port) == (whole.actions_bind.host, whole.actions_bind.port)
    assert actions.places.index == whole.index_dir
    assert actions.places.encoder == whole.model_dir
    assert actions.places.knowledge == whole.knowledge_dir
    assert actions.places.approvals == whole.approvals_dir
    assert actions.places.published == whole.published_dir
    assert actions.places.encoder_kind == whole.encoder
    assert actions.places.mode == whole.mode
