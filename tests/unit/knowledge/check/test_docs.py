"""docs/knowledge.md and the code say the same."""

from __future__ import annotations

import re
from typing import Final

import pytest
from pydantic import BaseModel

from knowledge.check.rules import RULES
from knowledge.library import KNOWLEDGE_DIR
from knowledge.library.schema import ClinicFile, FaqFrontMatter, RedLineFile, ReviewRecord

PAGE: Final = (KNOWLEDGE_DIR.parent / "docs" / "knowledge.md").read_text(encoding="utf-8")


def test_rule_table_is_the_list_of_rules_when_the_page_is_read() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (error|warning) \| (.+) \|$", PAGE, re.MULTILINE)

    assert rows == [(rule.id, rule.severity, rule.summary) for rule in RULES]


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("## A FAQ file", FaqFrontMatter),
        ("| `review` field", ReviewRecord),
        ("## A red line", RedLineFile),
        ("## clinic.yml", ClinicFile),
    ],
)
def test_format_table_names_every_field_when_the_page_is_read(
    heading: str, model: type[BaseModel]
) -> None:
    table = PAGE[PAGE.index(heading) :].split("\n\n## ")[0]
    first_column = " ".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE))

    assert set(re.findall(r"`(\w+)`", first_column)) >= set(model.model_fields)
