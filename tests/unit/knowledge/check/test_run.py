"""The linter as a whole: going on past broken files, lines, and the command."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from knowledge.check import check
from knowledge.check.command import check as command
from knowledge.check.located import LocatedYaml
from knowledge.check.passage import plain_text, sentences
from tests.knowledge_copy import copy_base
from tests.unit.knowledge.check.conftest import TODAY


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A copy with two FAQs, so that it is read quickly."""
    root = copy_base(tmp_path)
    for path in root.glob("faqs/*/*.md"):
        if path.stem not in ("cost", "insurance"):
            path.unlink()
    return root


def test_check_reports_every_broken_file_when_several_are_broken(base: Path) -> None:
    for name in ("cost", "insurance"):
        path = base / f"faqs/cost-and-insurance/{name}.md"
        path.write_text(path.read_text().replace("topic:", "tropic:"))

    broken = [f.path.stem for f in check(base, today=TODAY).findings if f.rule == "schema"]

    assert broken == ["cost", "insurance"]


def test_check_reports_one_cause_when_the_clinic_file_is_broken(base: Path) -> None:
    (base / "clinic.yml").write_text("facts:\n  CLINIC_NAME: [1]\n")

    findings = check(base, today=TODAY).findings

    assert [(f.path.name, f.line, f.rule) for f in findings] == [("clinic.yml", 2, "schema")]


def test_check_names_the_yaml_line_when_front_matter_cannot_be_read(base: Path) -> None:
    path = base / "faqs/cost-and-insurance/cost.md"
    path.write_text(path.read_text().replace("topic: ", "topic: a: "))

    found = [f.line for f in check(base, today=TODAY).findings if f.path == path]

    assert found == [3]


def test_command_exits_with_one_when_there_is_an_error(base: Path) -> None:
    path = base / "faqs/cost-and-insurance/cost.md"
    path.write_text(path.read_text() + "\nIt is a miracle. [@K]\n")

    result = CliRunner().invoke(command, ["--knowledge", str(base)])

    assert result.exit_code == 1
    line = len(path.read_text().splitlines())
    assert (
        f"{path}:{line}: banned-phrase: answer: says 'miracle': say what studies" in result.stdout
    )
    assert "errors" in result.stderr


def test_command_exits_with_zero_when_the_base_is_shipped() -> None:
    started = time.process_time()

    result = CliRunner().invoke(command, [])

    assert (result.exit_code, " 0 errors" in result.stderr) == (0, True), result.output
    assert time.process_time() - started < 10


def test_command_says_what_to_do_when_the_encoder_is_missing(base: Path, tmp_path: Path) -> None:
    arguments = ["--knowledge", str(base), "--near-duplicates", "--encoder", str(tmp_path / "no")]

    result = CliRunner().invoke(command, arguments)

    assert result.exit_code == 1
    assert "make setup" in result.output


def test_span_names_the_line_when_words_are_folded() -> None:
    located = LocatedYaml("a: 1\nsms: >-\n  one two\n  three four\nb: 2\n", first_line=2)

    assert located.line("sms") == 3
    assert located.span("sms").line_of("two three") == 4
    assert located.span("sms").line_of("three four") == 5


def test_sentences_keep_their_citations_when_split() -> None:
    text = "It is 4.5 hours. [@A] [@B] So.\n\n- **Call 911.** Now"

    assert sentences(text) == ("It is 4.5 hours. [@A] [@B]", "So.", "- **Call 911.**", "Now")


def test_plain_text_ends_every_item_when_it_is_a_list() -> None:
    text = plain_text("Risks:\n\n- **sleep**\n- [more](https://example.org) of it")

    assert text == "Risks.\nsleep.\nmore of it."
