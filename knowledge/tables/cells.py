"""Reading and writing the cells of CSV and XLSX files; no formula ever goes in or out."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from knowledge.errors import TableError
from knowledge.tables.columns import COLUMNS

Row = dict[str, str]
#: A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_QUOTE: Final = "'"
_SHEET: Final = "FAQs"
_LONGEST_CELL: Final = 32_767
_MOST_ROWS: Final = 100_000
_WIDTHS: Final = {"answer": 80, "wordings": 50, "text message": 50, "question": 40}


def write_table(path: Path, rows: Iterable[Row]) -> int:
    """Writes rows to a file, in one step; returns how many.

    Raises:
        TableError: if the file's name ends in neither .csv nor .xlsx, or a cell is too long.
    """
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise TableError(f"{path}: give a name that ends in .csv or .xlsx")
    kept = list(rows)
    for number, row in enumerate(kept, 2):
        for column, cell in row.items():
            if len(cell) > _LONGEST_CELL:
                raise TableError(f"{path}: row {number}, column {column}: is too long for a cell")
    fresh = path.with_name(f".{path.name}.new{path.suffix}")
    write(fresh, kept)
    fresh.replace(path)
    return len(kept)


def read_table(path: Path) -> list[tuple[int, Row]]:
    """Returns the rows with their numbers in the file; the header is row 1.

    Raises:
        TableError: if the file cannot be read, or its header is not that of the table.
    """
    readers = {".csv": _read_csv, ".xlsx": _read_xlsx}
    read = readers.get(path.suffix.lower())
    if read is None:
        raise TableError(f"{path}: give a file that ends in .csv or .xlsx")
    if not path.is_file():
        raise TableError(f"{path}: is missing: name an existing file")
    header, *rest = read(path) or [[]]
    names = [name.strip().lower() for name in header]
    while names and not names[-1]:
        names.pop()
    _check_header(path, names)
    if len(rest) > _MOST_ROWS:
        raise TableError(f"{path}: has {len(rest)} rows: {_MOST_ROWS} at most")
    rows = []
    for number, cells in enumerate(rest, 2):
        padded = [*cells, *[""] * (len(names) - len(cells))]
        if any(cell.strip() for cell in padded[len(names) :]):
            raise TableError(f"{path}: row {number}: has more cells than the header has names")
        if any(cell.strip() for cell in padded):
            rows.append((number, dict(zip(names, padded, strict=False))))
    return rows


def _check_header(path: Path, names: Sequence[str]) -> None:
    for column in COLUMNS:
        if names.count(column) != 1:
            what = "is missing" if column not in names else "stands there twice"
            raise TableError(f"{path}: row 1: the column {column!r} {what}: export a table to see")
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise TableError(f"{path}: row 1: unknown column {unknown[0]!r}: delete or rename it")


def _guarded(cell: str) -> str:
    """Returns a cell that no spreadsheet takes for a formula."""
    return _QUOTE + cell if cell.startswith((*_FORMULA, _QUOTE)) else cell


def _unguarded(cell: str) -> str:
    is_guarded = cell.startswith(_QUOTE) and cell[1:].startswith((*_FORMULA, _QUOTE))
    return cell[1:] if is_guarded else cell


def _write_csv(path: Path, rows: Sequence[Row]) -> None:
    # With a byte order mark: without one Excel takes UTF-8 for the local code page.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([_guarded(row[column]) for column in COLUMNS] for row in rows)


def _read_csv(path: Path) -> list[list[str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        fix = "save it as 'CSV UTF-8'"
        raise TableError(f"{path}: line {line}: is not UTF-8: {fix}") from error
    first = text.split("\n", 1)[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise TableError(f"{path}: is not valid CSV ({error}): save it again") from error
    return [[_unguarded(cell) for cell in row] for row in found]


def _write_xlsx(path: Path, rows: Sequence[Row]) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = _SHEET
    sheet.append(list(COLUMNS))
    for number, column in enumerate(COLUMNS, 1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(column, 20)
    wrapped = Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(rows, 2):
        for place, column in enumerate(COLUMNS, 1):
            cell = sheet.cell(number, place)
            cell.value = row[column] or None
            cell.alignment = wrapped
            if row[column]:
                cell.data_type = "s"  # a text, whatever it begins with
                cell.quotePrefix = row[column].startswith(_FORMULA)
    sheet.freeze_panes = "D2"
    book.save(path)


def _read_xlsx(path: Path) -> list[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise TableError(f"{path}: is no XLSX file: save it as 'Excel workbook'") from error
    try:
        sheet = book[_SHEET] if _SHEET in book.sheetnames else book.worksheets[0]
        return [[_text(path, cell) for cell in row] for row in sheet.iter_rows()]
    except (zipfile.BadZipFile, SyntaxError, IndexError, KeyError, ValueError, zlib.error) as error:
        # Sheets are read here, row by row; broken XML is a SyntaxError.
        raise TableError(f"{path}: is damaged: save it as 'Excel workbook'") from error
    finally:
        book.close()


def _text(path: Path, cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise TableError(
            f"{path}: row {cell.row}, column {cell.column_letter}: is a formula: paste its text"
        )
    if hasattr(value, "date"):  # Excel makes a date of what looks like one
        return str(value.date().isoformat())
    return str(value).replace("\r\n", "\n").replace("_x000D_", "")
