"""Reads the content files; a broken one becomes a fault and the others are still read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from knowledge.check.base import Base, FaqFile, RedLineSource
from knowledge.check.finding import Fault
from knowledge.check.located import LocatedYaml
from knowledge.encoder import Encoder
from knowledge.errors import ContentError
from knowledge.fit.messages import load_messages
from knowledge.lexicon import Lexicon
from knowledge.library import clinic_facts, clinic_today, text_lists
from knowledge.library.faqs import read_faq
from knowledge.library.files import read_text, read_yaml, validate
from knowledge.library.ledger import read_ledgers
from knowledge.library.schema import (
    ClinicFile,
    RedLineFile,
    SourceRecord,
    WordingRecord,
)

_Value = TypeVar("_Value")
_LINE: Final = re.compile(r"line (\d+)")
_LISTS: Final = ("small_talk.yml", "out_of_scope.yml")


class _Faults:
    """Collects the first fault of every file."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def attempt(self, read: Callable[[Path], _Value], path: Path) -> _Value | None:
        """Returns what `read` returns, or None after noting why it could not."""
        try:
            return read(path)
        except ContentError as error:
            self.found.append(content_fault(error))
            return None


def read_base(
    root: Path,
    *,
    today: dt.date | None = None,
    approvals: Path | None = None,
    encoder: Encoder | None = None,
    similarity: float = 1.0,
) -> Base:
    """Returns the content below `root` with the faults of its form.

    Raises:
        ContentError: if clinic.yml, sources.yml or messages.yml cannot be read: without them
            nearly every other finding would be a consequence and not a cause.
    """
    clinic = validate(ClinicFile, read_yaml(root / "clinic.yml"), root / "clinic.yml")
    sources = _sources(root / "sources.yml")
    messages = _messages(root / "messages.yml")
    faults = _Faults()
    paths = sorted((root / "faqs").glob("*/*.md"))
    faqs = [faults.attempt(_faq, path) for path in paths]
    red_lines = [faults.attempt(_red_line, p) for p in sorted((root / "red_lines").glob("*.yml"))]
    for name in _LISTS:
        faults.attempt(text_lists, root / name)
    examples = faults.attempt(load_messages, root / "examples") or ()
    faults.attempt(load_messages, root / "calibration")
    faults.attempt(Lexicon.load, root / "red_lines" / "lexicon")
    return Base(
        root=root,
        today=today or clinic_today(clinic.timezone),
        faqs=tuple(faq for faq in faqs if faq),
        red_lines=tuple(line for line in red_lines if line),
        messages=messages,
        messages_located=LocatedYaml(read_text(root / "messages.yml")),
        clinic=clinic,
        clinic_located=LocatedYaml(read_text(root / "clinic.yml")),
        facts=clinic_facts(clinic),
        sources=sources,
        examples=examples,
        ledgers=read_ledgers(approvals or root / "approvals"),
        approvals=approvals or root / "approvals",
        faq_ids=frozenset(path.stem for path in paths),
        broken=tuple(faults.found),
        encoder=encoder,
        similarity=similarity,
    )


def _faq(path: Path) -> FaqFile:
    front, body = read_faq(path)
    lines = read_text(path).splitlines()
    fence = next(i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
    first = next(i for i, line in enumerate(lines[fence + 1 :], fence + 1) if line.strip())
    located = LocatedYaml("\n".join(lines[1:fence]), first_line=2)
    return FaqFile(path, front, body, first + 1, located)


def _red_line(path: Path) -> RedLineSource:
    record = validate(RedLineFile, read_yaml(path), path)
    if record.category != path.stem:
        raise ContentError(path, "category", f"is {record.category!r}", "use the file's name")
    for field, replies in (("reply", record.reply), ("reply_t0", record.reply_t0)):
        if "en" not in replies and (replies or field == "reply"):
            raise ContentError(path, f"{field}.en", "is missing", "write the English text")
    return RedLineSource(path, record, LocatedYaml(read_text(path)))


def _sources(path: Path) -> dict[str, SourceRecord]:
    return {
        str(key): validate(SourceRecord, raw, path, within=str(key))
        for key, raw in _mapping(read_yaml(path), path).items()
    }


def _messages(path: Path) -> dict[str, dict[str, WordingRecord]]:
    return {
        key: {
            language: validate(WordingRecord, raw, path, within=f"{key}.{language}")
            for language, raw in _mapping(languages, path, key).items()
        }
        for key, languages in _mapping(read_yaml(path), path).items()
    }


def _mapping(data: Any, path: Path, field: str = "document") -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ContentError(path, field, "must be a mapping", "write `name: value` lines")
    return data


def content_fault(error: ContentError) -> Fault:
    """Returns a loader's error as a fault, on the line of the field that it names."""
    return Fault(error.path, _line(error), f"{error.field}: {error.problem}", error.fix)


def _line(error: ContentError) -> int:
    named = _LINE.search(error.field)
    if named:
        return int(named.group(1))
    if not error.path.is_file():
        return 1
    text, first_line = error.path.read_text(encoding="utf-8", errors="replace"), 1
    if error.path.suffix == ".md":
        text, first_line = text.split("\n---", 1)[0].removeprefix("---\n"), 2
    try:
        return LocatedYaml(text, first_line).line(*error.field.split("."))
    except yaml.YAMLError:
        return 1
