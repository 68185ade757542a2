"""A table into the FAQ files and back: all of it or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from knowledge.errors import ContentError, TableError
from knowledge.library import load_library
from knowledge.library.faqs import read_faq
from knowledge.library.schema import FaqFrontMatter
from knowledge.tables.cells import Row, read_table
from knowledge.tables.columns import column_of, fields_of, file_text, row_of

_NEW: Final = ".faqs.new"
_OLD: Final = ".faqs.old"
_MOST_PROBLEMS: Final = 50


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: ids of FAQs that are new, changed and as they were."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Record:
    number: int
    front: FaqFrontMatter
    body: str


def rows_of(root: Path, topic: str | None = None) -> list[Row]:
    """Returns the FAQs below `root` as rows, by topic and id.

    Raises:
        ContentError: if a FAQ file is malformed.
        TableError: if a value cannot stand in a cell with others.
    """
    paths = sorted((root / "faqs").glob("*/*.md"))
    wanted = [path for path in paths if topic in (None, path.parent.name)]
    rows = []
    for path in wanted:
        front, body = read_faq(path)
        if any("\n" in text for text in (*front.variants, *front.verify)):
            raise TableError(f"{path}: a wording or a fact has a line break: write it in one line")
        rows.append(row_of(front, body))
    return rows


def take(table: Path, root: Path, *, dry_run: bool = False) -> Taken:
    """Writes a table's FAQs into the files; FAQs that it lacks stay as they are.

    Raises:
        TableError: naming every row and column that is wrong; then nothing was written.
    """
    _recover(root)
    records = _records(table)
    paths = {path.stem: path for path in (root / "faqs").glob("*/*.md")}
    _keep_topics(table, records, paths)
    fates = {record.front.id: _fate(record, paths) for record in records}
    taken = Taken(*(tuple(i for i, f in fates.items() if f == kind) for kind in _FATES))
    if not (taken.new or taken.changed):
        return taken
    staged = root / _NEW
    shutil.rmtree(staged, ignore_errors=True)
    try:
        shutil.copytree(root / "faqs", staged)
        _write(staged, [r for r in records if fates[r.front.id] != "same"])
        _must_load(table, root, staged, records)
        if not dry_run:
            _switch(root, staged)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return taken


_FATES: Final = ("new", "changed", "same")


def _records(table: Path) -> list[_Record]:
    problems: list[str] = []
    records: dict[str, _Record] = {}
    for number, row in read_table(table):
        fields, body = fields_of(row)
        try:
            front = FaqFrontMatter.model_validate(fields)
        except ValidationError as error:
            problems += [_problem(table, number, e["loc"], e["msg"]) for e in error.errors()]
            continue
        if not body:
            problems.append(_problem(table, number, ("answer",), "is empty"))
        elif front.id in records:
            first = records[front.id].number
            problems.append(_problem(table, number, ("id",), f"is also the id of row {first}"))
        else:
            records[front.id] = _Record(number, front, body)
    _refuse(problems)
    if not records:
        raise TableError(f"{table}: has no rows below the header: nothing to import")
    return list(records.values())


def _problem(table: Path, number: int, place: Sequence[str | int], what: str) -> str:
    column = column_of(".".join(str(part) for part in place))
    return f"{table}: row {number}, column {column}: {what}: mend the cell"


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        lines = [*problems[:_MOST_PROBLEMS], *([f"... and {more} more"] if more > 0 else [])]
        raise TableError("\n".join([*lines, "nothing was imported"]))


def _keep_topics(table: Path, records: Sequence[_Record], paths: Mapping[str, Path]) -> None:
    _refuse(
        [
            _problem(
                table, r.number, ("topic",),
                f"is {r.front.topic!r}, but {r.front.id} is in {paths[r.front.id].parent.name!r}",
            )
            for r in records
            if r.front.id in paths and paths[r.front.id].parent.name != r.front.topic
        ]
    )  # fmt: skip


def _fate(record: _Record, paths: Mapping[str, Path]) -> str:
    path = paths.get(record.front.id)
    if path is None:
        return "new"
    return "same" if read_faq(path) == (record.front, record.body) else "changed"


def _write(faqs: Path, records: Sequence[_Record]) -> None:
    for record in records:
        path = faqs / record.front.topic / f"{record.front.id}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(file_text(record.front, record.body), encoding="utf-8")


def _must_load(table: Path, root: Path, staged: Path, records: Sequence[_Record]) -> None:
    """Loads the texts as they would be: follow-ups, sources and facts have to exist."""
    rows = {record.front.id: record.number for record in records}
    try:
        load_library(root, faqs=staged)
    except ContentError as error:
        number = rows.get(error.path.stem)
        if number is None:
            raise
        what = f"{error.problem}: {error.fix}"
        column = column_of(error.field)
        _refuse([f"{table}: row {number}, column {column}: {what}"])


def _switch(root: Path, staged: Path) -> None:
    """Puts the new folder in the place of the old one; `_recover` mends a death in between."""
    old = root / _OLD
    (root / "faqs").rename(old)
    staged.rename(root / "faqs")
    shutil.rmtree(old)


def _recover(root: Path) -> None:
    old, faqs = root / _OLD, root / "faqs"
    if old.exists() and not faqs.exists():
        old.rename(faqs)
    shutil.rmtree(old, ignore_errors=True)
