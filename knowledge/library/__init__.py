"""The curated knowledge of the clinic, loaded from `knowledge/` and checked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import TypeAdapter, ValidationError

from knowledge.errors import ContentError
from knowledge.library.faqs import load_faqs
from knowledge.library.files import read_yaml, validate
from knowledge.library.ledger import read_ledgers
from knowledge.library.models import Faq, Library, Mode, RedLine, Source, Wording
from knowledge.library.placeholders import fill, unset_facts
from knowledge.library.red_lines import load_red_lines
from knowledge.library.schema import ClinicFile, SourceRecord, WordingRecord

__all__ = [
    "KNOWLEDGE_DIR",
    "Faq",
    "Library",
    "RedLine",
    "Source",
    "Wording",
    "clinic_facts",
    "clinic_today",
    "load_library",
    "load_sources",
    "text_lists",
]

KNOWLEDGE_DIR: Final = Path(__file__).resolve().parent.parent


def load_library(
    root: Path = KNOWLEDGE_DIR,
    *,
    mode: Mode = "local",
    today: dt.date | None = None,
    approvals: Path | None = None,
    faqs: Path | None = None,
) -> Library:
    """Loads and checks everything the clinic says.

    Args:
        root: the folder with `faqs/`, `red_lines/`, `clinic.yml`, `sources.yml`, `messages.yml`.
        mode: `local` serves drafts too; `production` serves approved, unexpired answers only.
        today: the day that approvals are checked against; the clinic's current day by default.
        approvals: the record of approvals; the folder `approvals/` in `root` by default.
        faqs: the folder of the FAQs; `faqs/` in `root` by default.

    Raises:
        ContentError: naming the file, the field and the fix.
    """
    clinic = validate(ClinicFile, read_yaml(root / "clinic.yml"), root / "clinic.yml")
    facts = clinic_facts(clinic)
    sources = load_sources(root / "sources.yml")
    loaded = load_faqs(
        faqs or root / "faqs",
        facts,
        sources,
        read_ledgers(approvals or root / "approvals"),
        mode=mode,
        today=today or clinic_today(clinic.timezone),
    )
    return Library(
        faqs=loaded,
        red_lines=load_red_lines(root / "red_lines", facts),
        sources=sources,
        messages=_messages(root / "messages.yml", facts),
        facts=facts,
        clinic=clinic.model_dump(exclude={"facts"}),
        small_talk=text_lists(root / "small_talk.yml"),
        out_of_scope=text_lists(root / "out_of_scope.yml")["examples"],
        mode=mode,
    )


def clinic_facts(clinic: ClinicFile) -> dict[str, Wording]:
    """Returns the facts that the clinic has set; one that is empty is left out."""
    facts: dict[str, Wording] = {}
    for name, value in clinic.facts.items():
        if isinstance(value, WordingRecord):
            facts[name] = Wording(value.web.strip(), value.sms.strip())
        elif value and value.strip():
            facts[name] = Wording(value.strip(), value.strip())
    return facts


def clinic_today(timezone: str) -> dt.date:
    """Returns the day it is at the clinic; an approval ends with it."""
    try:
        zone: dt.tzinfo = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = dt.UTC
    return dt.datetime.now(zone).date()


def load_sources(path: Path) -> dict[str, Source]:
    """Returns the references by their keys.

    Raises:
        ContentError: if one is malformed.
    """
    records: dict[str, Any] = read_yaml(path)
    sources = {}
    for key, raw in records.items():
        record = validate(SourceRecord, raw, path, within=str(key))
        sources[str(key)] = Source(key=str(key), **record.model_dump())
    return sources


def _messages(path: Path, facts: dict[str, Wording]) -> dict[str, dict[str, Wording]]:
    messages: dict[str, dict[str, Wording]] = {}
    for key, languages in read_yaml(path).items():
        messages[key] = {}
        for language, raw in languages.items():
            record = validate(WordingRecord, raw, path, within=f"{key}.{language}")
            unset = unset_facts(record.web + record.sms, facts)
            if unset:
                raise ContentError(path, f"{key}.{language}", f"needs {unset}", "set clinic.yml")
            messages[key][language] = Wording(
                fill(record.web, facts), fill(record.sms, facts, sms=True)
            )
    return messages


def text_lists(path: Path) -> dict[str, tuple[str, ...]]:
    """Returns the named lists of texts of a YAML file.

    Raises:
        ContentError: if it is anything else.
    """
    adapter = TypeAdapter(dict[str, tuple[str, ...]])
    try:
        return adapter.validate_python(read_yaml(path))
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ContentError(path, field, "must be a list of texts", "quote every text") from error
