"""What a short answer picks from the choices of "did you mean"."""

from __future__ import annotations

import pytest

from actions.choice_words import pick

QUESTIONS = (
    "Is ketamine FDA-approved for depression?",
    "Is Spravato approved for depression?",
    "Does insurance cover depression treatment?",
)


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("1", 0),
        (" 2. ", 1),
        ("#3", 2),
        ("number 2", 1),
        ("option 3 please", 2),
        ("first", 0),
        ("the second one", 1),
        ("The third one, please", 2),
        ("one", 0),
        ("two please", 1),
        ("the last one", 2),
        ("spravato", 1),
        ("Spravato!", 1),
        ("the insurance one", 2),
        ("I meant insurance", 2),
        ("fda", 0),
        ("does insurance cover depression treatment?", 2),
        ("Is Spravato approved for depression?", 1),
    ],
)
def test_pick_returns_the_choice_when_the_text_names_one(text: str, index: int) -> None:
    assert pick(text, QUESTIONS) == index


@pytest.mark.parametrize(
    "text",
    ["none", "None of these", "no", "neither", "something else", "nope", "none of the above"],
)
def test_pick_returns_none_of_them_when_the_text_declines(text: str) -> None:
    assert pick(text, QUESTIONS) == "none"


@pytest.mark.parametrize("text", ["4", "9", "0", "#12"])
def test_pick_returns_off_range_when_the_number_is_not_on_offer(text: str) -> None:
    assert pick(text, QUESTIONS) == "off_range"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "depression",  # in every choice
        "spravato or insurance",  # in two
        "how much does parking cost",
        "what happens at my first visit to the clinic on Friday",
        "can my insurance card be mailed back to my old home address",
        "👍",
    ],
)
def test_pick_returns_nothing_when_the_text_is_something_else(text: str) -> None:
    assert pick(text, QUESTIONS) is None


def test_pick_returns_off_range_when_there_are_fewer_choices() -> None:
    assert pick("the third one", QUESTIONS[:2]) == "off_range"
