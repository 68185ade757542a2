"""How Rasa's process reads settings, and what it makes of them for Rasa."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.__main__ import COMMANDS, main, rasa_arguments, rasa_environment
from bot.dialogue.settings import (
    ROOT,
    DialogueError,
    DialogueSettingsError,
    load_dialogue_settings,
)
from bot.dialogue.stores import StoreError, prepare_store, store_variables
from bot.settings import load_settings


def test_defaults_listen_on_this_machine_only() -> None:
    settings = load_dialogue_settings({})

    assert (settings.host, settings.port) == ("127.0.0.1", 5005)
    assert settings.actions_url == "http://127.0.0.1:5055"
    assert settings.triage_timeout < settings.timeout == 2.0


@pytest.mark.parametrize("command", ["run", "shell"])
def test_rasa_binds_to_the_setting_and_never_to_every_interface(command: str) -> None:
    settings = load_dialogue_settings({"FAQBOT_RASA_BIND": "10.0.0.7:5105"})

    arguments = rasa_arguments(command, settings)

    assert arguments[arguments.index("--interface") + 1] == "10.0.0.7"
    assert "--enable-api" not in arguments


@pytest.mark.parametrize("command", COMMANDS)
def test_telemetry_is_off(command: str) -> None:
    settings = load_dialogue_settings({})

    assert rasa_environment(command, settings)["RASA_TELEMETRY_ENABLED"] == "false"


def test_rasa_never_logs_at_the_level_that_quotes_visitors() -> None:
    settings = load_dialogue_settings({"FAQBOT_LOG_LEVEL": "debug"})

    assert rasa_environment("run", settings)["LOG_LEVEL"] == "INFO"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FAQBOT_RASA_BIND", "5005"),
        ("FAQBOT_ACTIONS_BIND", "localhost:http"),
        ("FAQBOT_RASA_TIMEOUT", "soon"),
        ("FAQBOT_REDIS_URL_FILE", "/no/such/file"),
    ],
)
def test_setting_is_refused_with_its_name_when_it_is_malformed(variable: str, value: str) -> None:
    with pytest.raises(DialogueSettingsError, match=variable):
        load_dialogue_settings({variable: value})


def test_dialogues_are_in_sqlite_and_locks_in_memory_by_default(tmp_path: Path) -> None:
    settings = load_dialogue_settings({"FAQBOT_VAR": str(tmp_path / "new")})

    prepare_store(settings)

    variables = store_variables(settings)
    assert variables["RASA_TRACKER_URL"] == f"sqlite:///{tmp_path}/new/dialogues.db"
    assert variables["RASA_LOCK_STORE"] == "in_memory"
    assert (tmp_path / "new" / "dialogues.db").is_file()


def test_dialogues_are_in_a_schema_of_postgresql_when_the_service_has_one() -> None:
    url = "postgresql+psycopg://bot:p%40ss@db/faqbot?sslmode=require"
    settings = load_dialogue_settings({"FAQBOT_DATABASE_URL": url})

    assert store_variables(settings)["RASA_TRACKER_URL"] == (
        "postgresql://bot:p%40ss@db/faqbot?sslmode=require&options=-csearch_path%3Ddialogues"
    )


def test_dialogues_stay_apart_from_the_services_own_sqlite_file() -> None:
    settings = load_dialogue_settings({"FAQBOT_DATABASE_URL": "sqlite:////data/faqbot.db"})

    assert "faqbot.db" not in store_variables(settings)["RASA_TRACKER_URL"]


def test_locks_are_in_redis_when_there_is_one(tmp_path: Path) -> None:
    secret = tmp_path / "redis_url"
    secret.write_text("rediss://bot:s%40crt@cache:6380/2\n")
    settings = load_dialogue_settings({"FAQBOT_REDIS_URL_FILE": str(secret)})

    variables = store_variables(settings)

    assert variables["RASA_LOCK_STORE"] == "redis"
    assert (variables["RASA_LOCK_HOST"], variables["RASA_LOCK_PORT"]) == ("cache", "6380")
    assert (variables["RASA_LOCK_DB"], variables["RASA_LOCK_PASSWORD"]) == ("2", "s@crt")
    assert variables["RASA_LOCK_TLS"] == "true"


def test_redis_is_refused_when_rasa_cannot_reach_it() -> None:
    settings = load_dialogue_settings({"FAQBOT_REDIS_URL": "unix:///run/redis.sock"})

    with pytest.raises(DialogueSettingsError, match="FAQBOT_REDIS_URL"):
        store_variables(settings)


def test_start_is_refused_when_dialogues_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where a folder should be")
    settings = load_dialogue_settings({"FAQBOT_VAR": str(tmp_path / "var")})

    with pytest.raises(StoreError, match="make the folder writable"):
        prepare_store(settings)


def test_command_is_refused_when_it_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["interactive"]) == 2
    assert "run, train, test, check, shell" in capsys.readouterr().err


def test_every_error_of_the_room_has_one_root() -> None:
    assert issubclass(DialogueSettingsError, DialogueError)
    assert issubclass(StoreError, DialogueError)


def test_endpoints_use_no_variable_that_is_not_set() -> None:
    settings = load_dialogue_settings({})
    endpoints = (ROOT / "bot" / "dialogue" / "endpoints.yml").read_text(encoding="utf-8")
    used = {part.partition("}")[0] for part in endpoints.split("${")[1:]}

    assert used <= rasa_environment("run", settings).keys()


def test_dialogues_need_a_key_when_it_is_production(tmp_path: Path) -> None:
    environ = {"FAQBOT_VAR": str(tmp_path), "FAQBOT_MODE": "production"}
    with pytest.raises(DialogueSettingsError, match="FAQBOT_DATA_KEYS: is missing"):
        load_dialogue_settings(environ).require_data_keys()
    given = load_dialogue_settings({**environ, "FAQBOT_DATA_KEYS": f"{'n' * 40} {'o' * 40}"})
    assert given.require_data_keys() == ("n" * 40, "o" * 40)
    assert "nnn" not in repr(given)


def test_dialogues_have_the_key_of_the_service_when_it_made_one(tmp_path: Path) -> None:
    environ = {"FAQBOT_VAR": str(tmp_path)}
    keys = load_dialogue_settings(environ).require_data_keys()
    assert keys == load_settings(environ).require_data_keys()
    (tmp_path / "data_key").write_text("")
    with pytest.raises(DialogueSettingsError, match="damaged"):
        load_dialogue_settings(environ).require_data_keys()
