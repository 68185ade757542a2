from __future__ import annotations

from pathlib import Path

import pytest

from bot.setup import stamps


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.md").write_text("one")
    (folder / "b.md").write_text("two")
    return folder


def test_fingerprint_is_the_same_when_the_clone_is_elsewhere(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "texts"
    other.parent.mkdir()
    other.mkdir()
    for file in folder.iterdir():
        (other / file.name).write_bytes(file.read_bytes())

    here = stamps.fingerprint(tmp_path, [folder], "3.11")

    assert stamps.fingerprint(tmp_path / "other", [other], "3.11") == here


@pytest.mark.parametrize("change", ["content", "name", "removed", "added", "word"])
def test_fingerprint_differs_when_an_input_changes(
    folder: Path, tmp_path: Path, change: str
) -> None:
    before = stamps.fingerprint(tmp_path, [folder], "3.11")
    if change == "content":
        (folder / "a.md").write_text("One")
    elif change == "name":
        (folder / "a.md").rename(folder / "c.md")
    elif change == "removed":
        (folder / "a.md").unlink()
    elif change == "added":
        (folder / "c.md").write_text("")

    word = "3.12" if change == "word" else "3.11"

    assert stamps.fingerprint(tmp_path, [folder], word) != before


def test_fingerprint_is_the_same_when_only_bytecode_changes(folder: Path, tmp_path: Path) -> None:
    before = stamps.fingerprint(tmp_path, [folder])
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"x")

    assert stamps.fingerprint(tmp_path, [folder]) == before


def test_stamp_is_fresh_when_it_was_written_with_the_same_value(tmp_path: Path) -> None:
    stamp = tmp_path / "stamps" / "index"
    stamps.write(stamp, "abc")

    assert stamps.is_fresh(stamp, "abc", [tmp_path])
    assert not stamps.is_fresh(stamp, "abd", [tmp_path])


def test_stamp_is_stale_when_an_output_is_missing(tmp_path: Path) -> None:
    stamp = tmp_path / "index"
    stamps.write(stamp, "abc")

    assert not stamps.is_fresh(stamp, "abc", [tmp_path / "gone"])
    assert not stamps.is_fresh(tmp_path / "never", "abc", [])
