"""A malformed file stops the start, and the error names the file, the field and the fix."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.errors import ContentError
from knowledge.library import load_library
from knowledge.library.files import parse_yaml

COST = "faqs/cost-and-insurance/cost.md"


@dataclass(frozen=True)
class Breakage:
    file: str
    old: str
    new: str
    field: str
    says: str
    fix: str


BREAKAGES = (
    Breakage(COST, "topic: cost", "topics: cost", "topic", "required", "docs/knowledge.md"),
    Breakage(COST, "footer: null", "footer: null\ncolour: red", "colour", "not permitted", "docs"),
    Breakage(COST, "sms: >-", "sms: ''\nmap_: >-", "sms", "at least 1", "docs/knowledge.md"),
    Breakage(COST, "id: cost", "id: price", "id", "'price'", "the file's name"),
    Breakage(COST, "topic: cost-and-insurance", "topic: x", "topic", "'x'", "the folder's name"),
    Breakage(COST, "topic: ", "topic: a: ", "line 3", "not valid YAML", "quote or indent"),
    Breakage(COST, "---\nid", "id", "front matter", "missing", "--- lines"),
    Breakage(COST, "sources: [CLINIC", "sources: [NOPE", "sources", "NOPE", "sources.yml"),
    Breakage(COST, "follow_ups: [insurance", "follow_ups: [gone", "follow_ups", "gone", "ids"),
    Breakage("sources.yml", "evidence: V", "evidence: W", "SPL.evidence", "'V'", "docs"),
    Breakage("sources.yml", "url: https://nctr", "url: http://nctr", "SPL.url", "pattern", "docs"),
    Breakage("messages.yml", "web: Hello. W", "wep: Hello. W", "greet.en.web", "required", "docs"),
    Breakage("clinic.yml", "timezone:", "time_zone:", "timezone", "required", "docs"),
    Breakage(
        "red_lines/abuse.yml", "category: abuse", "category: account", "category", "account", "name"
    ),
    Breakage("red_lines/abuse.yml", "tier: T1", "tier: T7", "tier", "T0", "docs"),
    Breakage("small_talk.yml", "greet:", "odd: 3\ngreet:", "odd", "list of texts", "quote"),
)


@pytest.mark.parametrize("broken", BREAKAGES, ids=lambda b: f"{Path(b.file).stem}-{b.field}")
def test_loading_names_file_field_and_fix_when_a_file_is_malformed(
    broken: Breakage, base: Path
) -> None:
    path = base / broken.file
    text = path.read_text(encoding="utf-8")
    assert broken.old in text
    path.write_text(text.replace(broken.old, broken.new, 1), encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        load_library(base)

    error = caught.value
    assert (error.path, error.field) == (path, broken.field)
    assert broken.says in error.problem
    assert broken.fix in error.fix
    assert str(error).startswith(f"{path}: {broken.field}: ")


def test_loading_names_the_file_when_it_is_missing(base: Path) -> None:
    (base / "sources.yml").unlink()

    with pytest.raises(ContentError, match=r"sources\.yml: file: is missing"):
        load_library(base)


def test_loading_names_the_other_file_when_an_id_is_taken(base: Path) -> None:
    text = (base / COST).read_text(encoding="utf-8")
    twin = base / "faqs/routes/cost.md"
    twin.write_text(text.replace("topic: cost-and-insurance", "topic: routes"), encoding="utf-8")

    with pytest.raises(ContentError, match="is also the id of"):
        load_library(base)


def test_yaml_keeps_words_when_they_were_booleans_once() -> None:
    parsed = parse_yaml("{on: yes, off: no, a: true, b: False, c: truely}", Path("x.yml"))

    assert parsed == {"on": "yes", "off": "no", "a": True, "b": False, "c": "truely"}
