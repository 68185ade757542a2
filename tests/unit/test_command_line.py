from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from bot import cli


def test_overview_imports_no_room_when_help_is_asked_for() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from bot.cli import main;"
        "print(CliRunner().invoke(main, ['--help']).output);"
        "print([m for m in sys.modules if m.startswith(('bot.', 'knowledge', 'sqlalchemy'))])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert "Start every process" in printed
    assert printed.splitlines()[-1] == "['bot.cli']"


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_command_can_be_loaded_when_it_is_listed(name: str) -> None:
    command = cli.main.get_command(click.Context(cli.main), name)

    assert command is not None


def test_command_says_how_to_mend_it_when_its_room_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cli, "COMMANDS", {"gone": cli.Place("bot.gone", "gone", "It is gone.")})

    result = CliRunner().invoke(cli.main, ["gone"])

    assert result.exit_code == 1
    assert "run `make setup`" in result.output
