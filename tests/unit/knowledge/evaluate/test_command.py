"""`faqbot evaluate`: its exit status is the verdict, its screen holds no message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from knowledge.commands import evaluate
from knowledge.decision import Decision
from knowledge.evaluate import session
from knowledge.library import load_library
from tests.small_library import write_library
from tests.unit.knowledge.evaluate.scripted import ScriptedDecider, answer, escalate

SECRET = "the message itself"
RED = {"text": SECRET, "kind": "red", "category": "self_harm", "tier": "T1", "style": "explicit"}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command on one red line that is decided as told."""
    content, index, sets = tmp_path / "knowledge", tmp_path / "index", tmp_path / "sets"
    for folder in (content, index, sets):
        folder.mkdir()
    library = load_library(write_library(content))
    (index / "manifest.json").write_text('{"encoder": "e", "content": "c"}', encoding="utf-8")
    (sets / "red_lines.jsonl").write_text(json.dumps(RED), encoding="utf-8")

    def command(decision: Decision, *more: str) -> Result:
        decider = ScriptedDecider({SECRET: decision})
        monkeypatch.setattr(session, "open_triage", lambda _: (library, decider))
        places = ["--index", str(index), "--knowledge", str(content)]
        where = ["--sets", str(sets), "--out", str(tmp_path / "out"), "--perturbed", "0"]
        return CliRunner().invoke(evaluate, [*places, *where, *more])

    return command


def test_status_is_0_when_no_floor_is_broken(run: Any, tmp_path: Path) -> None:
    result = run(escalate("self_harm", "T1"))

    assert result.exit_code == 0, result.output
    assert [path.suffix for path in sorted((tmp_path / "out").iterdir())] == [".html", ".json"]


def test_status_is_1_with_names_when_a_floor_is_broken(run: Any, tmp_path: Path) -> None:
    result = run(answer("hours"))

    assert result.exit_code == 1
    assert "floor broken: self-harm and harm to others, explicit" in result.output
    assert SECRET not in result.output
    report = json.loads(next((tmp_path / "out").glob("*.json")).read_text(encoding="utf-8"))
    assert [miss["text"] for miss in report["misses"]] == [SECRET]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--sets", "nowhere"], "no labelled sets"),
        (["--against", "nowhere.json"], "not a report"),
        (["--baselines", "--rasa-python", "nowhere"], "--no-rasa"),
        (["--perturbed", "-1"], "perturbed"),
    ],
)
def test_status_is_2_with_the_fix_when_it_cannot_measure(
    run: Any, more: list[str], said: str
) -> None:
    result = run(escalate("self_harm", "T1"), *more)

    assert result.exit_code == 2
    assert said in result.output


def test_baselines_are_in_the_report_when_asked_for(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "compare_baselines", _one_row)

    assert run(escalate("self_harm", "T1"), "--baselines", "--no-rasa").exit_code == 0

    report = json.loads(next((tmp_path / "out").glob("*.json")).read_text(encoding="utf-8"))
    assert report["baselines"][0]["name"] == "scripted"


def _one_row(rows: Any, judged: Any, rasa: Any, say: Any) -> list[dict[str, Any]]:
    keys = ("top1", "top3", "crisis_recall", "crisis_alarms", "red_recall", "red_alarms")
    numbers = dict.fromkeys((*keys, "milliseconds", "fit_seconds"))
    assert rasa is None
    assert rows
    return [{"name": "scripted", "note": f"{len(judged)} messages", **numbers}]
