from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.adapters.database import Database, migrate
from bot.doctor import checks, commands
from bot.doctor.checks import AilmentError
from bot.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"FAQBOT_VAR": str(tmp_path)})


def test_index_is_wrong_when_the_texts_changed_after_it_was_built(settings: Settings) -> None:
    settings.index_dir.mkdir()
    (settings.index_dir / "manifest.json").write_text(json.dumps({"content": "an older hash"}))

    with pytest.raises(AilmentError, match="texts changed after the index was built: run `make"):
        checks.index(settings)


def test_index_is_wrong_when_there_is_none(settings: Settings) -> None:
    with pytest.raises(AilmentError, match="there is no index"):
        checks.index(settings)


def test_database_is_wrong_until_it_is_migrated(settings: Settings) -> None:
    with pytest.raises(AilmentError, match="older than the program: run `faqbot migrate`"):
        checks.database(settings)
    database = Database.of(settings)
    migrate(database)
    database.close()

    assert "up to date" in checks.database(settings)


def test_weights_are_wrong_when_nothing_was_exported(settings: Settings) -> None:
    with pytest.raises(AilmentError, match="no exported encoder in"):
        checks.weights(settings)


@pytest.mark.parametrize("wrong", [True, False])
def test_doctor_ends_with_an_error_when_something_is_wrong(
    wrong: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(_: Settings) -> str:
        if wrong:
            raise AilmentError("it is ill", "rest")
        return "it is well"

    monkeypatch.setattr(commands, "CHECKS", {"heart": check})

    result = CliRunner().invoke(commands.doctor, env={"FAQBOT_MODE": "local"})

    assert result.exit_code == int(wrong)
    assert ("mend it: rest" in result.output) == wrong


def test_doctor_names_the_setting_when_it_is_unknown() -> None:
    result = CliRunner().invoke(commands.doctor, env={"FAQBOT_COLOUR": "blue"})

    assert result.exit_code == 1
    assert "FAQBOT_COLOUR" in result.output
