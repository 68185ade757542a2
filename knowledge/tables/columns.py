"""The columns of the table, and a FAQ as a row of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import yaml

from knowledge.library.schema import FaqFrontMatter

Form = Literal["text", "words", "numbers", "lines"]
#: Column, the field of the FAQ file, and how several values share a cell: `words` and `numbers`
#: have commas between them, `lines` stand one a line.
COLUMNS: Final[Mapping[str, tuple[str, Form]]] = {
    "id": ("id", "text"),
    "topic": ("topic", "text"),
    "question": ("question", "text"),
    "answer": ("answer", "text"),
    "text message": ("sms", "text"),
    "wordings": ("variants", "lines"),
    "sources": ("sources", "words"),
    "next questions": ("follow_ups", "words"),
    "crisis footer": ("footer", "text"),
    "topic map": ("map", "numbers"),
    "facts to verify": ("verify", "lines"),
    "recheck by": ("review.recheck_by", "text"),
    "note": ("review.note", "text"),
}
_FLOW: Final = ("map", "sources", "follow_ups")


def row_of(front: FaqFrontMatter, body: str) -> dict[str, str]:
    """Returns a FAQ as a row: a text for every column."""
    fields = _flat(front, body)
    return {column: _cell(fields[field], form) for column, (field, form) in COLUMNS.items()}


def fields_of(row: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """Returns the front matter, not yet checked, and the answer of a row."""
    front: dict[str, Any] = {"review": {}}
    for column, (field, form) in COLUMNS.items():
        value = _value(row[column], form)
        if field.startswith("review."):
            if value:
                front["review"][field.removeprefix("review.")] = value
        elif field != "answer":
            front[field] = (value or None) if field == "footer" else value
    return front, row["answer"].strip()


def column_of(field: str) -> str:
    """Returns the column of a field that is wrong, such as ``variants.3``."""
    for column, (name, _) in COLUMNS.items():
        if field == name or field.startswith(f"{name}."):
            return column
    return field


def file_text(front: FaqFrontMatter, body: str) -> str:
    """Returns the text of the FAQ file."""
    data = front.model_dump(mode="python", exclude_none=False)
    data["review"] = {k: v for k, v in data["review"].items() if v is not None}
    head = "".join(_line(key, value) for key, value in data.items())
    return f"---\n{head}---\n{body}\n"


def _line(key: str, value: Any) -> str:
    if key in _FLOW or value in ([], {}):
        flow = yaml.safe_dump(value, default_flow_style=True, width=10_000).strip()
        return f"{key}: {flow}\n"
    return yaml.safe_dump({key: value}, sort_keys=False, allow_unicode=True, width=96)


def _flat(front: FaqFrontMatter, body: str) -> dict[str, Any]:
    fields = front.model_dump(mode="python")
    review = fields.pop("review")
    return {**fields, **{f"review.{k}": v for k, v in review.items()}, "answer": body}


def _cell(value: Any, form: Form) -> str:
    if value is None:
        return ""
    if form == "text":
        return str(value)
    return ("\n" if form == "lines" else ", ").join(str(part) for part in value)


def _value(cell: str, form: Form) -> Any:
    if form == "text":
        return cell.strip()
    parts = cell.splitlines() if form == "lines" else cell.split(",")
    values = [part.strip() for part in parts if part.strip()]
    if form == "numbers":
        return [int(v) if v.isdecimal() else v for v in values]
    return values
