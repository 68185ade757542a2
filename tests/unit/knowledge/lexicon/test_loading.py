"""A malformed pattern stops the start, and the error names the file, the field and the fix."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge.errors import ContentError
from knowledge.lexicon import LEXICON_DIR, Lexicon

ABUSE = "category: abuse\ntier: T1\nrules:\n  - why: Says so\n    match:\n      - '{}'\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "macros.yml").write_text("pet: 'cat|dog'\nmine: 'my <pet>'\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("content", "field", "says", "fix"),
    [
        (ABUSE.format("the <cow>"), "rules", "unknown macro <cow>", "macros.yml"),
        (ABUSE.format("kick (me"), "'kick (me'", "unterminated subpattern", "mend the pattern"),
        (ABUSE.format("x") + "    unless: ['[']\n", "'['", "unterminated", "mend the pattern"),
        (ABUSE.format("x").replace("abuse", "abuses"), "category", "abuse", "docs"),
        (ABUSE.format("x").replace("T1", "T9"), "tier", "T0", "docs"),
        (ABUSE.format("x").replace("why: Says so", "whi: Says so"), "why", "required", "docs"),
        (ABUSE.format(""), "match", "at least 1", "docs"),
        ("category: abuse\ntier: T1\nrules: []\n", "rules", "at least 1", "docs"),
        ("category: abuse\n  tier: T1\n", "line 2", "not valid YAML", "quote or indent"),
    ],
)
def test_loading_names_file_field_and_fix_when_a_rule_is_malformed(
    content: str, field: str, says: str, fix: str, folder: Path
) -> None:
    (folder / "abuse.yml").write_text(content, encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        Lexicon.load(folder)

    error = caught.value
    assert error.path == folder / "abuse.yml"
    assert field in error.field
    assert says in error.problem
    assert fix in error.fix


def test_loading_names_the_folder_when_the_macros_are_missing(tmp_path: Path) -> None:
    shutil.copy(LEXICON_DIR / "abuse.yml", tmp_path)

    with pytest.raises(ContentError) as caught:
        Lexicon.load(tmp_path)

    assert caught.value.path.name == "macros.yml"


@pytest.mark.parametrize(
    ("text", "found"), [("he kicked my dog", "kicked my dog"), ("he kicked my cats", None)]
)
def test_macro_stands_for_its_words_when_a_pattern_or_macro_names_it(
    text: str, found: str | None, folder: Path
) -> None:
    (folder / "abuse.yml").write_text(ABUSE.format("kicked <mine>"), encoding="utf-8")

    hit = Lexicon.load(folder).scan(text)

    assert (hit.matched if hit else None) == found


def test_rule_overrides_the_files_tier_when_it_names_one(folder: Path) -> None:
    content = ABUSE.format("hit me") + "  - why: Now\n    tier: T0\n    match: ['hit me now']\n"
    (folder / "abuse.yml").write_text(content, encoding="utf-8")
    lexicon = Lexicon.load(folder)

    hits = [lexicon.scan(text) for text in ("he hit me", "he hit me now")]

    assert [hit.tier if hit else None for hit in hits] == ["T1", "T0"]


@pytest.mark.parametrize(("text", "found"), [("it hit me", True), ("it hit me hard lol", False)])
def test_exception_excuses_the_rule_when_its_words_are_in_the_sentence(
    text: str, found: bool, folder: Path
) -> None:
    content = ABUSE.format("hit me") + "    unless: ['hard']\n"
    (folder / "abuse.yml").write_text(content, encoding="utf-8")

    assert (Lexicon.load(folder).scan(text) is not None) is found


def test_pattern_matches_inside_a_sentence_when_the_script_has_no_spaces(folder: Path) -> None:
    (folder / "abuse.yml").write_text(ABUSE.format("想死"), encoding="utf-8")

    assert Lexicon.load(folder).scan("我真的想死了") is not None
