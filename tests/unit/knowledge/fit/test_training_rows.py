"""What is learnt from: every authored example, once, and the calibration rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import ContentError
from knowledge.fit.calibration_set import CalibrationRow, load_calibration
from knowledge.fit.dataset import training_rows
from knowledge.library import Library, load_library
from knowledge.text import Normaliser
from tests.small_library import write_library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return load_library(write_library(tmp_path))


def test_rows_hold_every_authored_wording_once_when_files_repeat_it(library: Library) -> None:
    rows = training_rows(library, Normaliser.default())

    texts = [row.text for row in rows]
    assert len(texts) == len(set(texts))
    assert {row.faq_id for row in rows if row.faq_id} == set(library.faqs)
    assert {row.label for row in rows} >= {"faq", "out_of_scope", "small_talk/greet"}


def test_rows_are_spelt_as_at_run_time_when_an_example_is_typed_badly(library: Library) -> None:
    normaliser = Normaliser.default()

    rows = training_rows(library, normaliser)

    assert all(normaliser.expand(row.text) == row.text for row in rows)


def test_red_line_wins_when_a_faq_claims_the_same_wording(tmp_path: Path) -> None:
    root = write_library(tmp_path)
    path = root / "faqs" / "all" / "cost.md"
    text = path.read_text(encoding="utf-8")
    stolen = "variants:\n- How many mg should I swallow"
    path.write_text(text.replace("variants:", stolen, 1), encoding="utf-8")

    rows = training_rows(load_library(root), Normaliser.default())

    labels = [row.label for row in rows if row.text == "how many mg should i swallow"]
    assert labels == ["red/dosing/T2"]


def test_calibration_rows_are_read_when_the_file_is_there(tmp_path: Path) -> None:
    path = tmp_path / "calibration.jsonl"
    path.write_text(
        '{"text": "a", "kind": "faq", "faq": ["x", "y"]}\n\n'
        '{"text": "b", "kind": "red", "category": "abuse"}\n',
        encoding="utf-8",
    )

    assert load_calibration(path) == (
        CalibrationRow("a", "faq", ("x", "y"), None),
        CalibrationRow("b", "red", (), "abuse"),
    )
    assert load_calibration(tmp_path / "none.jsonl") == ()


@pytest.mark.parametrize("line", ["{", '{"text": "a"}', "[1]", '"text"'])
def test_calibration_names_the_line_when_it_is_no_row(line: str, tmp_path: Path) -> None:
    path = tmp_path / "calibration.jsonl"
    path.write_text('{"text": "a", "kind": "faq"}\n' + line, encoding="utf-8")

    with pytest.raises(ContentError, match=r"calibration\.jsonl: line 2: .*: mend the JSON"):
        load_calibration(path)
