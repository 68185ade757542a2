"""What only Rasa's own environment can test, run from here."""

from __future__ import annotations

import os
import subprocess

from tests.dialogue.conftest import RASA, ROOT, Dialogue, rasa


def test_code_inside_rasa_passes_its_own_tests() -> None:
    result = subprocess.run(
        [str(RASA), "-W", "ignore", "-m", "unittest", "discover", "-s", "tests/dialogue/rasa_env"],
        cwd=ROOT, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    assert result.returncode == 0, result.stderr[-3000:]
    assert "Ran 0 tests" not in result.stderr


def test_rasa_finds_the_project_valid(environ: dict[str, str]) -> None:
    result = rasa(environ, "check")

    assert result.returncode == 0, result.stdout + result.stderr


def test_stories_go_as_told(dialogue: Dialogue) -> None:
    result = rasa(dialogue.environ, "test")

    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]


def test_start_is_refused_with_one_line_when_there_is_no_model(environ: dict[str, str]) -> None:
    result = rasa({**environ, "FAQBOT_VAR": f"{environ['FAQBOT_VAR']}/empty"}, "run")

    assert result.returncode != 0
    assert "dialogue.tar.gz: is missing" in result.stderr
    assert "Traceback" not in result.stderr


def test_start_is_refused_with_one_line_when_the_port_is_taken(dialogue: Dialogue) -> None:
    result = rasa(dialogue.environ, "run")

    assert result.returncode != 0
    assert "FAQBOT_RASA_BIND" in result.stderr
    assert "Traceback" not in result.stderr
