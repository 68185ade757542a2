"""A message may hold several questions."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.text.sentences import split_clauses, split_sentences

#: The machine may be busy.
UNHURRIED: Final = settings(deadline=None)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("how much is it", ("how much is it",)),
        ("how much is it? when are you open?", ("how much is it?", "when are you open?")),
        ("hi!is it safe?yes or no", ("hi!", "is it safe?", "yes or no")),
        ("first line\nsecond line\n\nthird", ("first line", "second line", "third")),
        ("it costs 3.50 dollars.", ("it costs 3.50 dollars.",)),
        ("one; two. three", ("one;", "two.", "three")),
        ("  padded.  ", ("padded.",)),
        ("", ("",)),
    ],
)
def test_splitting_ends_a_sentence_where_a_reader_would(
    text: str, sentences: tuple[str, ...]
) -> None:
    assert split_sentences(text) == sentences


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        ("how much is it and when are you open", ("how much is it", "when are you open")),
        ("is it safe, also does it hurt", ("is it safe", "does it hurt")),
        ("where are you & what is the price", ("where are you", "what is the price")),
        ("i feel sick but he is fine", ("i feel sick", "he is fine")),
        ("nausea and headache", ("nausea and headache",)),
        ("food and drink before a visit", ("food and drink before a visit",)),
    ],
)
def test_splitting_parts_clauses_when_each_begins_like_a_question_or_statement(
    sentence: str, clauses: tuple[str, ...]
) -> None:
    assert split_clauses(sentence) == clauses


def test_splitting_keeps_the_rest_in_the_last_sentence_when_there_are_more_than_thirty() -> None:
    sentences = split_sentences(" ".join(f"number {i}." for i in range(100)))

    assert len(sentences) == 30
    assert sentences[-1].endswith("number 99.")


@UNHURRIED
@given(st.text())
def test_splitting_loses_no_letter_when_given_any_text(text: str) -> None:
    sentences = split_sentences(text)

    assert 1 <= len(sentences) <= 30
    assert "".join("".join(sentences).split()) == "".join(text.split())
