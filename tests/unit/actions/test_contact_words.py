"""How a visitor says how, where and when to reach them."""

from __future__ import annotations

import pytest

from actions.contact_words import is_question, is_skip, is_stop, method, names_time, reach


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("555 010 0199", (None, "555 010 0199")),
        ("call me at (555) 010-0199 please", (None, "(555) 010-0199")),
        ("+1 555.010.0199 ext. 12", (None, "+1 555.010.0199 ext. 12")),
        ("it is jo.doe+clinic@mail.example.org.", ("email", "jo.doe+clinic@mail.example.org")),
        ("a@b.co or 555 010 0199", ("email", "a@b.co")),
        ("phone", None),
        ("in 2026", None),
        ("12-25", None),
        ("1" * 30, None),
        ("not@an address", None),
    ],
)
def test_reach_returns_the_address_when_there_is_one(
    text: str, found: tuple[str | None, str] | None
) -> None:
    assert reach(text) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phone", "phone"),
        ("a call is fine", "phone"),
        ("Text message", "text"),
        ("sms", "text"),
        ("E-mail", "email"),
        ("email me", "email"),
        ("1", "phone"),
        ("3.", "email"),
        ("4", None),
        ("whatever", None),
        ("I would rather not say how you could call", None),
    ],
)
def test_method_returns_the_way_when_a_short_answer_names_it(
    text: str, expected: str | None
) -> None:
    assert method(text) == expected


@pytest.mark.parametrize("text", ["skip", "Skip.", "pass", "skip this", "next"])
def test_is_skip_accepts_words_that_pass_over(text: str) -> None:
    assert is_skip(text)


@pytest.mark.parametrize("text", ["no", "No thanks", "cancel", "never mind", "stop"])
def test_is_stop_accepts_words_that_decline(text: str) -> None:
    assert is_stop(text)


@pytest.mark.parametrize("text", ["no problem, mornings", "number", "notify me", "skipping rope"])
def test_skip_and_stop_refuse_words_that_only_begin_so(text: str) -> None:
    assert not is_skip(text)
    assert not is_stop(text)


@pytest.mark.parametrize(
    "text",
    ["mornings", "after 5", "5pm", "5 p.m.", "Tuesday", "any time", "9 to 11", "10:30", "weekends"],
)
def test_names_time_accepts_times_and_days(text: str) -> None:
    assert names_time(text)


@pytest.mark.parametrize("text", ["insurance", "ask for Maria", "thanks"])
def test_names_time_refuses_other_words(text: str) -> None:
    assert not names_time(text)


@pytest.mark.parametrize("text", ["does it hurt", "Are you open?", "really?", "can I drive"])
def test_is_question_accepts_the_shape_of_a_question(text: str) -> None:
    assert is_question(text)
