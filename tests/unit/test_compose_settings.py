"""What docker-compose.yml passes on, beside what the service can be told."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from bot.setting_values import ROOT
from bot.settings import declarations

#: Settings that compose does not set, and why.
LEFT_OUT: Final = {
    "FAQBOT_INDEX_DIR": "set in the image, which the index is built into",
    "FAQBOT_MODEL_DIR": "set in the image, which the encoder is built into",
    "FAQBOT_ENCODER": "the image holds what one engine needs",
    "FAQBOT_ENCODER_MODEL": "the image holds one encoder",
    "FAQBOT_KNOWLEDGE_DIR": "the texts are in the image, at the default place",
    "FAQBOT_RASA_BIND": "only Rasa's own service listens there",
    "FAQBOT_ACTIONS_BIND": "only the action server's own service listens there",
    "FAQBOT_SMS_SIMULATOR_BIND": "for trying out, inside one container",
}
#: Settings that one service sets for itself: where it listens, and its own part of Redis.
OWN: Final = {"FAQBOT_RASA_BIND", "FAQBOT_ACTIONS_BIND", "FAQBOT_REDIS_URL"}


def _compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def _without_complaint(value: str) -> str:
    """Returns a value without what compose says when a secret is missing; once is enough."""
    return re.sub(r":\?[^}]*", "", value)


def test_every_setting_reaches_the_containers_when_it_is_not_left_out_for_a_reason() -> None:
    known = {declaration.variable for declaration in declarations().values()}
    passed = set(_compose()["x-settings"])
    assert passed | set(LEFT_OUT) == known
    assert not passed & set(LEFT_OUT)


def test_value_of_env_reaches_the_container_when_compose_sets_none_of_its_own() -> None:
    for variable, value in _compose()["x-settings"].items():
        named = re.findall(r"\$\{(FAQBOT_\w+)", str(value))
        assert named in ([], [variable])
        assert str(value).startswith("${FAQBOT_") or not named


def test_rasa_and_actions_get_what_they_read_when_it_is_not_the_default() -> None:
    compose = _compose()
    for service, file in (("rasa", "bot/dialogue"), ("actions", "actions")):
        source = (ROOT / file / "settings.py").read_text(encoding="utf-8")
        read = set(re.findall(r'"(FAQBOT_[A-Z_]+)"', source)) - {"FAQBOT_VAR"}
        given = compose["services"][service]["environment"]
        assert read - set(LEFT_OUT) <= set(given)
        for variable in set(given) - OWN:
            assert given[variable] == _without_complaint(compose["x-settings"][variable])
