"""Baselines: the same figures for every method, and what each of them really does."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.decision import Candidate, Decision
from knowledge.evaluate.baselines.base import Guess, measure, row, triage_row
from knowledge.evaluate.baselines.keywords import KeywordFilter, LexiconOnly
from knowledge.evaluate.baselines.neighbours import Bm25, NearestExample, TfIdf
from knowledge.evaluate.baselines.rasa_diet import RasaSettings, guess_of, rasa_row
from knowledge.evaluate.baselines.rasa_project import intents, write_project
from knowledge.evaluate.optional import EvaluationError
from knowledge.fit.dataset import Row
from tests.unit.knowledge.evaluate.scripted import (
    answer,
    clarify,
    escalate,
    faq,
    judged,
    other,
    red,
)

ROWS = [
    Row("what are your opening hours", "faq", ("hours",)),
    Row("when do you close on saturday", "faq", ("hours",)),
    Row("how much does it cost", "faq", ("cost",)),
    Row("where can people park", "faq", ("parking",)),
    Row("hours and the price", "faq", ("hours", "cost"), several=True),
    Row("before [SEP] and how much", "faq", ("cost",), in_context=True),
    Row("i want to end my life", "red/self_harm/T1"),
    Row("how many mg should i take", "red/dosing/T2"),
    Row("who won the game", "out_of_scope"),
]


def figures(guesses: Sequence[Guess], messages: Sequence[Any]) -> dict[str, Any]:
    return row("x", messages, guesses, note="", milliseconds=1.0, fit_seconds=None)


def test_first_and_first_three_are_counted_when_faqs_are_ranked() -> None:
    messages = [judged(faq("hours"), answer("hours"))] * 3
    guesses = [Guess(("hours",)), Guess(("a", "b", "hours")), Guess(("a", "b", "c", "hours"))]

    result = figures(guesses, messages)

    assert (result["top1"]["hits"], result["top3"]["hits"], result["top1"]["total"]) == (1, 2, 3)


def test_recall_and_false_alarms_are_counted_when_red_lines_are_looked_for() -> None:
    messages = [
        judged(red(), answer("x")), judged(red(), answer("x")),
        judged(red("dosing", "T2"), answer("x")),
        judged(faq("hours"), answer("x")), judged(other("near_miss"), answer("x")),
        judged(other("out_of_scope"), answer("x")),
    ]  # fmt: skip
    tiers: list[Any] = ["T0", "T2", "T3", "T1", "T3", "T0"]

    result = figures([Guess(tier=tier) for tier in tiers], messages)

    counted = {k: (v["hits"], v["total"]) for k, v in result.items() if isinstance(v, dict)}
    assert counted == {
        "crisis_recall": (1, 2), "crisis_alarms": (1, 2), "red_recall": (3, 3),
        "red_alarms": (2, 2),
    }  # fmt: skip
    assert result["top1"] is None


def test_triage_ranks_what_it_gives_before_its_candidates_when_compared() -> None:
    ranked = (Candidate("cost", 0.5), Candidate("hours", 0.4))
    offered = Decision("", "clarify", faq_ids=("cost",), candidates=ranked)
    result = triage_row([
        judged(faq("hours"), offered), judged(faq("hours"), answer("hours")),
        judged(faq("hours", previous=("a",)), answer("cost")),
        judged(red(), escalate("self_harm", "T1")), judged(red(), escalate()),
        judged(other("near_miss"), clarify("hours")),
    ])  # fmt: skip

    assert (result["top1"]["hits"], result["top3"]["hits"], result["top3"]["total"]) == (1, 2, 2)
    assert (result["crisis_recall"]["hits"], result["red_recall"]["hits"]) == (1, 1)


@pytest.mark.parametrize("similarity", [Bm25, TfIdf])
def test_nearest_example_gives_its_label_when_words_are_shared(similarity: Any) -> None:
    baseline = NearestExample(similarity(), ROWS)
    baseline.fit()

    asked, danger, dose, unknown = baseline.guess(
        ["when do you open and close", "I want to END my life", "how many mg", "zzz qqq"]
    )

    assert (asked.faq_ids or ("",))[0] == "hours"
    assert asked.tier is None
    assert (danger.tier, dose.tier) == ("T1", "T2")
    assert len(unknown.faq_ids or ()) == 3


def test_baseline_is_timed_and_counted_when_measured() -> None:
    messages = [judged(faq("cost", text="how much is it"), answer("x"))]

    result = measure(NearestExample(TfIdf(), ROWS), messages)

    assert result["name"] == "TF-IDF"
    assert result["top1"]["hits"] == 1
    assert result["fit_seconds"] > 0
    assert result["milliseconds"] > 0


def test_keywords_see_words_only_when_messages_are_filtered() -> None:
    tiers = [g.tier for g in KeywordFilter().guess(["I want to DIE", "hours?", "not be a burden"])]

    assert tiers == ["T1", None, None]
    assert KeywordFilter().guess(["hours?"])[0].faq_ids is None


def test_lexicon_alone_gives_its_tier_when_wording_matches() -> None:
    danger, harmless = LexiconOnly().guess(["i want to kill myself", "hours?"])

    assert danger.tier in ("T0", "T1")
    assert harmless.tier is None


def test_rasa_project_holds_every_label_when_written(tmp_path: Path) -> None:
    rows = [*ROWS, Row("how [much](x) is it", "faq", ("cost",))]

    first = write_project(tmp_path, intents(rows), epochs=5)

    nlu = {
        one["intent"]: one["examples"]
        for one in yaml.safe_load((tmp_path / "nlu.yml").read_text())["nlu"]
    }
    domain = yaml.safe_load((tmp_path / "domain.yml").read_text())
    assert set(nlu) == {
        "faq/hours", "faq/cost", "faq/parking", "red_self_harm_T1", "red_dosing_T2", "out_of_scope",
    }  # fmt: skip
    assert nlu["faq/cost"] == "- how much does it cost\n- how  much  x  is it\n"
    assert set(domain["responses"]) == {"utter_faq/hours", "utter_faq/cost", "utter_faq/parking"}
    assert domain["intents"] == ["red_self_harm_T1", "red_dosing_T2", "out_of_scope", "faq"]
    assert write_project(tmp_path, intents(rows), epochs=5) == first
    assert write_project(tmp_path, intents(rows), epochs=6) != first


def test_rasas_answer_becomes_a_guess_when_it_is_parsed() -> None:
    ranking = [{"intent_response_key": "faq/cost"}, {"intent_response_key": "faq/hours"}]
    selector = {"faq": {"ranking": ranking}}

    asked = guess_of({"intent": {"name": "faq"}, "response_selector": selector})
    danger = guess_of({"intent": {"name": "red_self_harm_T1"}, "response_selector": selector})

    assert asked == Guess(("cost", "hours"))
    assert danger.tier == "T1"
    assert guess_of({"intent": None}).tier is None


def scripted_rasa(folder: Path, body: str) -> Path:
    """Returns an interpreter that runs `body` where Rasa would run."""
    package = folder / "fake" / "rasa"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text(textwrap.dedent(body), encoding="utf-8")
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={folder / "fake"} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return python


def test_reason_is_in_the_report_when_rasa_fails_or_takes_too_long(tmp_path: Path) -> None:
    failing = scripted_rasa(tmp_path / "a", "import sys; sys.exit('no such component')")
    slow = scripted_rasa(tmp_path / "b", "import time; time.sleep(60)")
    messages = [judged(faq("hours"), answer("hours"))]

    failed = rasa_row(RasaSettings(failing, tmp_path / "cache"), ROWS, messages)
    late = rasa_row(RasaSettings(slow, tmp_path / "cache", minutes=0.02), ROWS, messages)

    assert failed["note"] == "not measured: training ended with status 1: no such component"
    assert late["note"] == "not measured: training did not end in 0 minutes"
    assert failed["top1"] is None
    assert not list(tmp_path.glob("cache/*"))


def test_rasa_settings_name_the_cure_when_there_is_no_environment(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="--no-rasa"):
        RasaSettings(tmp_path / "none", tmp_path)
