"""FAQs go out as a table and come back as they were; a wrong table changes nothing."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from knowledge.errors import TableError
from knowledge.library.faqs import read_faq
from knowledge.tables.cells import Row, read_table, write_table
from knowledge.tables.columns import COLUMNS, file_text
from knowledge.tables.exchange import rows_of, take
from tests.knowledge_copy import copy_base, copy_few, faq_path

FORMATS = (".csv", ".xlsx")
KEPT = ("what-is-ketamine", "telehealth", "suicidal-thoughts-evidence", "cost")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A few FAQs of the shipped base, which are loaded quickly."""
    root = tmp_path / "texts"
    root.mkdir()
    return copy_few(root, *KEPT)


def _state(root: Path) -> dict[str, str]:
    return {str(p): p.read_text(encoding="utf-8") for p in root.rglob("*") if p.is_file()}


def _export(root: Path, table: Path) -> list[Row]:
    rows = rows_of(root)
    write_table(table, rows)
    return rows


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_shipped_faq_comes_back_as_it_was_when_it_goes_through_a_table(
    suffix: str, tmp_path: Path
) -> None:
    root = tmp_path / "texts"
    root.mkdir()
    copy_base(root)
    table = tmp_path / f"faqs{suffix}"
    rows = _export(root, table)
    assert [row for _, row in read_table(table)] == rows
    before = _state(root)

    taken = take(table, root)

    assert (len(taken.same), taken.new, taken.changed) == (len(rows), (), ())
    assert _state(root) == before


@pytest.mark.parametrize("suffix", FORMATS)
def test_deleted_faqs_are_restored_word_for_word_when_the_table_has_them(
    suffix: str, base: Path, tmp_path: Path
) -> None:
    table = tmp_path / f"faqs{suffix}"
    _export(base, table)
    known = {faq_id: read_faq(faq_path(base, faq_id)) for faq_id in KEPT}
    for faq_id in KEPT[1:]:
        faq_path(base, faq_id).unlink()

    taken = take(table, base)

    assert sorted(taken.new) == sorted(KEPT[1:])
    assert {faq_id: read_faq(faq_path(base, faq_id)) for faq_id in KEPT} == known


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1 555", "-- a list", "@SUM(A1)", "'quoted", "'=1", "\u00e4 \u2019 \U0001f600 z",
     'say "no", twice', "a;b,c", "line one\nline two"],
)  # fmt: skip
def test_text_comes_back_as_it_was_when_a_spreadsheet_would_take_it_for_something_else(
    suffix: str, text: str, tmp_path: Path
) -> None:
    table = tmp_path / f"faqs{suffix}"
    row = dict.fromkeys(COLUMNS, "x") | {"answer": text}

    write_table(table, [row])

    assert read_table(table) == [(2, row)]


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx"])
def test_no_cell_of_a_file_is_a_formula_when_a_text_begins_like_one(
    text: str, tmp_path: Path
) -> None:
    row = dict.fromkeys(COLUMNS, text)
    write_table(tmp_path / "t.csv", [row])
    write_table(tmp_path / "t.xlsx", [row])

    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        assert all(cell.startswith("'") for cell in list(csv.reader(file))[1])
    sheet = load_workbook(tmp_path / "t.xlsx").active
    assert {cell.data_type for cell in sheet[2]} == {"s"}


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("id", "Not A Slug", "column id"),
        ("question", "", "column question"),
        ("answer", "", "column answer: is empty"),
        ("text message", " ", "column text message"),
        ("wordings", "", "column wordings"),
        ("sources", "", "column sources"),
        ("sources", "NOPE", "unknown ['NOPE']"),
        ("next questions", "nothing-there", "column next questions"),
        ("crisis footer", "loud", "column crisis footer"),
        ("topic map", "one", "column topic map"),
        ("recheck by", "soon", "column recheck by"),
        ("topic", "elsewhere", "column topic: is 'elsewhere'"),
        ("id", "telehealth", "is also the id of row"),
    ],
)
@pytest.mark.parametrize("suffix", FORMATS)
def test_nothing_is_imported_when_one_row_is_wrong(
    suffix: str, column: str, value: str, problem: str, base: Path, tmp_path: Path
) -> None:
    rows = rows_of(base)
    number = next(n for n, row in enumerate(rows, 2) if row["id"] == "what-is-ketamine")
    rows[0] |= {"question": "A good change?"}
    rows[number - 2] |= {column: value}
    table = tmp_path / f"bad{suffix}"
    write_table(table, rows)
    before = _state(base)

    with pytest.raises(TableError) as refused:
        take(table, base)

    assert problem in str(refused.value)
    assert f"{table}: row {number}" in str(refused.value)
    assert _state(base) == before


def test_every_wrong_row_is_named_when_there_are_several(base: Path, tmp_path: Path) -> None:
    rows = rows_of(base)
    for row in rows:
        row["question"] = ""
    table = tmp_path / "bad.csv"
    write_table(table, rows)

    with pytest.raises(TableError) as refused:
        take(table, base)

    assert [f"row {n}, column question" in str(refused.value) for n in range(2, 6)] == [True] * 4


def test_import_is_refused_when_a_cell_is_a_formula(base: Path, tmp_path: Path) -> None:
    table = tmp_path / "formula.xlsx"
    book = Workbook()
    book.active.append(list(COLUMNS))
    book.active.append(["=1+1", *["x"] * (len(COLUMNS) - 1)])
    book.save(table)

    with pytest.raises(TableError, match="row 2, column A: is a formula"):
        take(table, base)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"id,topic\nx,y\n", "the column 'question' is missing"),
        (b"\xff\xfe\x00bad", "is not UTF-8"),
        (b"", "the column 'id' is missing"),
        ((",".join(COLUMNS) + "\n").encode(), "has no rows"),
        ((",".join([*COLUMNS, "extra"]) + "\n").encode(), "unknown column 'extra'"),
        ((",".join(COLUMNS) + '\n"x').encode(), "is not valid CSV"),
    ],
)
def test_import_is_refused_when_the_file_is_no_table(
    content: bytes, problem: str, base: Path, tmp_path: Path
) -> None:
    table = tmp_path / "odd.csv"
    table.write_bytes(content)

    with pytest.raises(TableError, match=problem):
        take(table, base)


def test_import_is_refused_when_a_sheet_of_the_workbook_is_damaged(
    base: Path, tmp_path: Path
) -> None:
    whole, broken = tmp_path / "whole.xlsx", tmp_path / "broken.xlsx"
    _export(base, whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            is_sheet = name.startswith("xl/worksheets/")
            target.writestr(name, source.read(name)[: 900 if is_sheet else None])
    before = _state(base)

    with pytest.raises(TableError, match="is damaged"):
        take(broken, base)

    assert _state(base) == before


def test_semicolons_are_understood_when_a_european_excel_wrote_them(
    base: Path, tmp_path: Path
) -> None:
    table = tmp_path / "semicolons.csv"
    rows = rows_of(base)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)

    assert len(take(table, base).same) == len(KEPT)


def test_dry_run_changes_nothing_when_the_table_has_changes(base: Path, tmp_path: Path) -> None:
    rows = rows_of(base)
    rows[0]["question"] = "Another question?"
    table = tmp_path / "t.csv"
    write_table(table, rows)
    before = _state(base)

    assert len(take(table, base, dry_run=True).changed) == 1
    assert _state(base) == before


def test_folder_is_whole_again_when_an_import_died_in_the_middle(
    base: Path, tmp_path: Path
) -> None:
    table = tmp_path / "t.csv"
    _export(base, table)
    before = _state(base)
    (base / "faqs").rename(base / ".faqs.old")  # killed between the two renames

    take(table, base)

    assert _state(base) == before


def test_file_reads_as_the_same_faq_when_it_is_written_anew(base: Path) -> None:
    for faq_id in KEPT:
        path = faq_path(base, faq_id)
        front, body = read_faq(path)
        path.write_text(file_text(front, body), encoding="utf-8")

        assert read_faq(path) == (front, body)
