"""What is learnt from: every authored example, once, and the calibration rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import ContentError
from knowledge.fit.dataset import row_of, training_rows
from knowledge.fit.messages import Message, load_messages
from knowledge.library import Library, load_library
from knowledge.text import Normaliser
from tests.small_library import write_library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return load_library(write_library(tmp_path))


def test_rows_hold_every_authored_wording_once_when_files_repeat_it(library: Library) -> None:
    rows = training_rows(library, (), Normaliser.default())

    texts = [row.text for row in rows]
    assert len(texts) == len(set(texts))
    assert {row.owner for row in rows if row.owner} == set(library.faqs)
    assert {row.label for row in rows} >= {"faq", "out_of_scope", "small_talk/greet"}


def test_rows_are_spelt_as_at_run_time_when_an_example_is_typed_badly(library: Library) -> None:
    normaliser = Normaliser.default()

    rows = training_rows(library, (), normaliser)

    assert all(normaliser.expand(row.text) == row.text for row in rows)


def test_red_line_wins_when_a_faq_claims_the_same_wording(tmp_path: Path) -> None:
    root = write_library(tmp_path)
    path = root / "faqs" / "all" / "cost.md"
    text = path.read_text(encoding="utf-8")
    stolen = "variants:\n- How many mg should I swallow"
    path.write_text(text.replace("variants:", stolen, 1), encoding="utf-8")

    rows = training_rows(load_library(root), (), Normaliser.default())

    labels = [row.label for row in rows if row.text == "how many mg should i swallow"]
    assert labels == ["red/dosing/T2"]


def test_messages_are_read_when_their_files_are_there(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(
        '{"text": "a", "kind": "faq", "faq": ["x", "y"], "several": true}\n\n'
        '{"text": "b", "kind": "red", "category": "abuse", "tier": "T1", "previous": ["c"]}\n',
        encoding="utf-8",
    )
    (tmp_path / "a.jsonl").write_text(
        '{"text": "hi", "kind": "small_talk", "intent": "greet"}\n', encoding="utf-8"
    )

    assert load_messages(tmp_path) == (
        Message("hi", "small_talk", intent="greet"),
        Message("a", "faq", ("x", "y"), several=True),
        Message("b", "red", category="abuse", tier="T1", previous=("c",)),
    )
    assert load_messages(tmp_path / "none") == ()


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("{", "line 2"),
        ('{"text": "a"}', "line 2: kind"),
        ("[1]", "line 2: object"),
        ('{"text": "", "kind": "faq"}', "line 2: text"),
        ('{"text": "a", "kind": "red", "category": "abuse"}', "line 2"),
        ('{"text": "a", "kind": "faq", "tier": "T1"}', "line 2"),
        ('{"text": "a", "kind": "faq", "faqs": ["x"]}', "line 2: faqs"),
    ],
)
def test_message_file_names_line_and_field_when_one_is_wrong(
    line: str, field: str, tmp_path: Path
) -> None:
    path = tmp_path / "apart.jsonl"
    path.write_text('{"text": "a", "kind": "faq"}\n' + line, encoding="utf-8")

    with pytest.raises(ContentError, match=rf"apart\.jsonl: {field}.*: mend the JSON"):
        load_messages(tmp_path)


def test_rows_of_a_message_hold_the_one_before_when_there_was_one(library: Library) -> None:
    message = Message("and on sunday?", "faq", ("hours", "gone"), previous=("are u open",))

    row = row_of(message, Normaliser.default(), library)

    assert row.text == "are you open [SEP] and on sunday?"
    assert (row.label, row.faq_ids, row.owner, row.in_context) == ("faq", ("hours",), "hours", True)


def test_rare_tier_teaches_its_category_when_examples_are_few(library: Library) -> None:
    rare = [Message(f"danger {n}", "red", category="dosing", tier="T0") for n in range(3)]

    rows = training_rows(library, rare, Normaliser.default())

    labels = {row.label for row in rows if row.text.startswith("danger")}
    assert labels == {"red/dosing/T2"}


def test_message_is_unanswerable_when_none_of_its_faqs_is_known(library: Library) -> None:
    row = row_of(Message("a", "faq", ("gone",)), Normaliser.default(), library)

    assert (row.label, row.faq_ids) == ("unanswerable", ())
