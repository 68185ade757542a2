"""Settings come from the environment, once, and nothing wrong passes in silence."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.adapters.database import Database
from bot.setting_values import ROOT, Bind
from bot.settings import Settings, SettingsError, declarations, load_settings
from bot.settings_table import settings_table


def test_every_setting_is_documented_when_the_table_is_read() -> None:
    assert settings_table() in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_every_setting_has_a_meaning_and_one_variable_when_it_is_declared() -> None:
    declared = declarations()
    assert set(declared) == set(Settings.__dataclass_fields__)
    assert len({d.variable for d in declared.values()}) == len(declared)
    for name, declaration in declared.items():
        assert declaration.variable == f"FAQBOT_{name.upper()}"
        assert declaration.meaning.endswith(".")


def test_defaults_work_on_one_machine_when_nothing_is_set() -> None:
    settings = load_settings({})
    assert settings.mode == "local"
    assert settings.var == ROOT / "var"
    assert settings.database_url == f"sqlite:///{ROOT}/var/faqbot.db"
    assert settings.web_bind == Bind("127.0.0.1", 8080)
    assert settings.rasa_url == "http://127.0.0.1:5005"
    assert settings.index_dir == ROOT / "var" / "index"


def test_derived_settings_follow_when_what_they_derive_from_is_set(tmp_path: Path) -> None:
    environ = {"FAQBOT_VAR": str(tmp_path), "FAQBOT_RASA_BIND": "0.0.0.0:6000"}
    settings = load_settings({**environ, "FAQBOT_ACTIONS_BIND": "[::1]:6001"})
    assert settings.database_url == f"sqlite:///{tmp_path}/faqbot.db"
    assert settings.model_dir == tmp_path / "encoder"
    assert settings.rasa_url == "http://127.0.0.1:6000"
    assert settings.actions_url == "http://[::1]:6001"
    assert str(settings.actions_bind) == "[::1]:6001"


def test_empty_value_means_the_default_when_compose_passes_one() -> None:
    assert load_settings({"FAQBOT_RASA_TIMEOUT": ""}) == load_settings({})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FAQBOT_DATABSE_URL", "sqlite:///x"),
        ("FAQBOT_MODE", "debug"),
        ("FAQBOT_WEB_BIND", "8080"),
        ("FAQBOT_WEB_BIND", "127.0.0.1:99999"),
        ("FAQBOT_WEB_BIND", ":8080"),
        ("FAQBOT_RASA_TIMEOUT", "soon"),
        ("FAQBOT_RASA_TIMEOUT", "nan"),
        ("FAQBOT_RASA_TIMEOUT", "-1"),
        ("FAQBOT_DATABASE_URL", "mysql://host/name"),
        ("FAQBOT_REDIS_URL", "localhost"),
        ("FAQBOT_WEB_THREADS", "1e3"),
        ("FAQBOT_WEB_EVENT_STREAMS", "1088"),
        ("FAQBOT_WEB_ORIGINS", "https://clinic.example/page"),
        ("FAQBOT_LIMIT_VISITOR", "often"),
        ("FAQBOT_RECOVER_AFTER", "1"),
        ("FAQBOT_SECRET_KEY", "short"),
        ("FAQBOT_SECRET_KEY_FILE", "/nowhere/key"),
    ],
)
def test_start_stops_with_name_and_fix_when_a_value_is_wrong(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({variable: value})
    assert caught.value.variable == variable
    assert caught.value.fix


def test_secret_comes_from_a_file_and_stays_out_of_sight_when_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://me:hunter2@db/faqbot\n")
    settings = load_settings({"FAQBOT_DATABASE_URL_FILE": str(file)})
    assert settings.database_url == "postgresql://me:hunter2@db/faqbot"
    assert "hunter2" not in repr(settings)
    with pytest.raises(SettingsError, match="set together"):
        load_settings({"FAQBOT_DATABASE_URL_FILE": str(file), "FAQBOT_DATABASE_URL": "sqlite:///x"})
    with pytest.raises(SettingsError) as caught:
        load_settings({"FAQBOT_DATABASE_URL": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_local_key_is_made_once_and_private_when_none_is_set(tmp_path: Path) -> None:
    settings = load_settings({"FAQBOT_VAR": str(tmp_path)})
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: settings.require_secret_key(), range(16)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    file = tmp_path / "secret_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
    file.write_text("")
    with pytest.raises(SettingsError, match="damaged"):
        settings.require_secret_key()


def test_production_needs_a_key_when_none_is_set(tmp_path: Path) -> None:
    settings = load_settings({"FAQBOT_VAR": str(tmp_path), "FAQBOT_MODE": "production"})
    with pytest.raises(SettingsError, match="FAQBOT_SECRET_KEY"):
        settings.require_secret_key()
    given = load_settings({"FAQBOT_MODE": "production", "FAQBOT_SECRET_KEY": "k" * 32})
    assert given.require_secret_key() == "k" * 32


def test_data_keys_are_needed_when_it_is_production(tmp_path: Path) -> None:
    environ = {"FAQBOT_VAR": str(tmp_path), "FAQBOT_MODE": "production"}
    with pytest.raises(SettingsError, match="FAQBOT_DATA_KEYS: is missing"):
        Database.of(load_settings(environ))
    assert not (tmp_path / "data_key").exists()
    local = load_settings({"FAQBOT_VAR": str(tmp_path)})
    assert local.require_data_keys() == ((tmp_path / "data_key").read_text(),)
    assert stat.S_IMODE((tmp_path / "data_key").stat().st_mode) == 0o600
