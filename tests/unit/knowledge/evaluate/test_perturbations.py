"""Perturbed red lines: what is done to them, and how their rate is counted."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from knowledge.evaluate.perturb import BENIGN, PERTURBATIONS
from knowledge.evaluate.robustness import by_perturbation, perturbed, red_examples, still_red
from knowledge.lexicon import Lexicon
from knowledge.library import load_library
from tests.small_library import write_library
from tests.unit.knowledge.evaluate.scripted import (
    ScriptedDecider,
    answer,
    escalate,
    faq,
    red,
)

TEXT = "i want to end it all tonight"
URGENT = escalate("self_harm", "T1")


def changed(how: str, text: str, seed: int = 1) -> str:
    return PERTURBATIONS[how](text, random.Random(seed))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("how", ["benign text before", "benign text after", "benign text around"])
def test_message_stays_whole_when_it_is_wrapped(how: str, seed: int) -> None:
    result = changed(how, TEXT, seed)

    assert TEXT in result
    assert any(sentence in result for sentence in BENIGN)


def test_wrapping_is_harmless_when_read_by_itself() -> None:
    lexicon = Lexicon.load()

    assert [sentence for sentence in BENIGN if lexicon.scan(sentence)] == []


@pytest.mark.parametrize("seed", range(20))
def test_only_case_changes_when_re_cased(seed: int) -> None:
    result = changed("re-cased", TEXT, seed)

    assert result != TEXT
    assert result.lower() == TEXT


@pytest.mark.parametrize("seed", range(60))
def test_one_letter_changes_at_most_when_edited(seed: int) -> None:
    result = changed("one edit", TEXT, seed)

    assert abs(len(result) - len(TEXT)) <= 1
    differing = [i for i, (a, b) in enumerate(zip(result, TEXT, strict=False)) if a != b]
    if len(result) == len(TEXT):
        assert len(differing) <= 2
    else:
        shorter, longer = sorted((result, TEXT), key=len)
        assert any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


@pytest.mark.parametrize("text", ["!!!", "", "🙂"])
def test_message_without_letters_is_left_when_edited(text: str) -> None:
    assert changed("one edit", text) == text


@pytest.mark.parametrize("seed", range(10))
def test_letters_stay_in_order_when_spaced_out(seed: int) -> None:
    long = f"{TEXT} and nobody knows"

    assert changed("spaced out", "end it", seed) == "e n d   i t"
    result = changed("spaced out", long, seed)
    assert result != long
    assert [c for c in result if c.isalpha()] == [c for c in long if c.isalpha()]


@pytest.mark.parametrize("how", ["emoji", "greeting"])
def test_words_stay_in_order_when_decorated(how: str) -> None:
    result = changed(how, TEXT)

    assert result != TEXT
    kept = [word for word in result.split() if word in TEXT.split()]
    assert kept == TEXT.split()


def test_examples_stand_alone_and_once_when_collected(tmp_path: Path) -> None:
    library = load_library(write_library(tmp_path))
    own = next(example for line in library.red_lines.values() for example in line.examples)
    messages = [red(text="new"), red(text=own.text), red(text="b", previous=("a",)), faq("hours")]

    found = [message.text for message in red_examples(library, messages)]

    assert found.count(own.text) == 1
    assert "new" in found
    assert "b" not in found


def test_same_sample_is_perturbed_alike_when_run_twice() -> None:
    examples = [red(text=f"{TEXT} {number}") for number in range(100)]
    first, second = ScriptedDecider(), ScriptedDecider()

    results = perturbed(examples, first, 40)
    perturbed(examples, second, 40)

    assert first.asked == second.asked
    assert {one.how for one in results} == set(PERTURBATIONS)
    assert len({one.before.message.text for one in results}) == 40


def test_rate_is_of_those_red_as_written_when_some_never_were() -> None:
    examples = [red(text="one"), red("dosing", "T2", text="two"), red(text="three")]
    decider = ScriptedDecider({"one": URGENT, "two": escalate(), "three": escalate("dosing", "T2")})

    results = perturbed(examples, decider, 10)

    # "three" was too late as written; the perturbed texts of the others are answered.
    assert (still_red(results).hits, still_red(results).total) == (0, 2)
    assert sum(row["red"]["total"] for row in by_perturbation(results)) == 3


@pytest.mark.parametrize(
    ("example", "decision", "stays"),
    [
        (red(), URGENT, True),
        (red(), escalate("dosing", "T2"), False),
        (red("dosing", "T2"), escalate(), True),
        (red("dosing", "T2"), answer("hours"), False),
    ],
)
def test_red_line_is_still_red_when_its_urgency_class_is_kept(example, decision, stays) -> None:  # type: ignore[no-untyped-def]
    class Always(ScriptedDecider):
        def decide(self, text, channel="web", previous=()):  # type: ignore[no-untyped-def]
            return decision

    assert [one.after.still_red for one in perturbed([example], Always(), 1)] == [stays]
