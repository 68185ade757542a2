"""Loading `red_lines/<category>.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from knowledge.errors import ContentError
from knowledge.library.files import read_yaml, validate
from knowledge.library.models import Example, NearMiss, RedLine, Wording
from knowledge.library.placeholders import fill, unset_facts
from knowledge.library.schema import RedLineFile, WordingRecord


def load_red_lines(folder: Path, facts: Mapping[str, Wording]) -> dict[str, RedLine]:
    """Returns every red line below `folder` by its category.

    Raises:
        ContentError: for a malformed file, a missing English reply or an unset clinic fact: a
            safety reply with a gap in it must stop start-up, not reach a patient.
    """
    red_lines: dict[str, RedLine] = {}
    for path in sorted(folder.glob("*.yml")):
        record = validate(RedLineFile, read_yaml(path), path)
        if record.category != path.stem:
            raise ContentError(path, "category", f"is {record.category!r}", "use the file's name")
        red_lines[record.category] = _red_line(record, path, facts)
    if not red_lines:
        raise ContentError(folder, "red lines", "holds no file", "restore the folder")
    return red_lines


def _red_line(record: RedLineFile, path: Path, facts: Mapping[str, Wording]) -> RedLine:
    return RedLine(
        category=record.category,
        rule=record.rule,
        tier=record.tier,
        definition=record.definition,
        reason=record.reason,
        replies=_wordings(record.reply, "reply", path, facts, required=True),
        replies_t0=_wordings(record.reply_t0, "reply_t0", path, facts),
        examples=tuple(
            Example(e.text, e.category or record.category, e.tier or record.tier, e.lang)
            for e in record.examples
        ),
        near_misses=tuple(NearMiss(n.text, record.category, n.faq) for n in record.near_misses),
    )


def _wordings(
    records: Mapping[Literal["en", "es"], WordingRecord],
    field: str,
    path: Path,
    facts: Mapping[str, Wording],
    *,
    required: bool = False,
) -> dict[str, Wording]:
    if "en" not in records and (required or records):
        raise ContentError(path, f"{field}.en", "is missing", "write the English text")
    for language, record in records.items():
        unset = unset_facts(record.web + record.sms, facts)
        if unset:
            raise ContentError(
                path, f"{field}.{language}", f"needs {unset}", "set it in clinic.yml"
            )
    return {
        language: Wording(fill(r.web, facts), fill(r.sms, facts, sms=True))
        for language, r in records.items()
    }
