from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.adapters.database import Database, migrate
from bot.doctor import checks, commands
from bot.doctor.checks import AilmentError
from bot.settings import Settings, load_settings
from bot.supervisor.errors import PortTakenError


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


def test_database_is_wrong_when_its_file_is_none(settings: Settings) -> None:
    (settings.var / "faqbot.db").write_bytes(b"not a database, but a page of notes" * 200)

    with pytest.raises(AilmentError, match=r"does not answer \(.*\): start it, or mend FAQBOT_DAT"):
        checks.database(settings)


def test_texting_is_wrong_when_a_gateway_cannot_be_read(tmp_path: Path) -> None:
    variables = {"FAQBOT_VAR": str(tmp_path), "FAQBOT_SMS_GATEWAYS": "main: {provider: pigeon}"}

    assert checks.texting(load_settings({"FAQBOT_VAR": str(tmp_path)})) == "simulator (twilio)"
    with pytest.raises(AilmentError, match="FAQBOT_SMS_GATEWAYS main"):
        checks.texting(load_settings(variables))


def test_port_is_told_with_its_remedy_when_its_holder_has_a_colon_in_its_name(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(_processes: object) -> None:
        raise PortTakenError("port 1 of web is taken by pid 2 (gunicorn: master)", "stop that")

    monkeypatch.setattr(checks, "require_free", taken)

    with pytest.raises(AilmentError) as raised:
        checks.ports(settings)
    assert raised.value.remedy == "stop that"


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


def test_doctor_goes_on_when_a_file_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var").write_text("a file where a folder should be")
    wanted = {"disk": checks.disk, "ports": checks.ports, "texting": checks.texting}
    monkeypatch.setattr(commands, "CHECKS", wanted)

    result = CliRunner().invoke(commands.doctor, env={"FAQBOT_VAR": str(tmp_path / "var")})

    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.output.count("mend that file or folder") == 3


def test_doctor_names_the_setting_when_it_is_unknown() -> None:
    result = CliRunner().invoke(commands.doctor, env={"FAQBOT_COLOUR": "blue"})

    assert result.exit_code == 1
    assert "FAQBOT_COLOUR" in result.output
