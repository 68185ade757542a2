"""The record of approvals: append-only, chained, and nobody's word is taken for a broken one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import LedgerError
from knowledge.library import load_library
from knowledge.library.ledger import ledger_path, read_ledger, read_ledgers
from tests.knowledge_copy import approve, copy_few, decided, faq_path

FAQ = "what-is-ketamine"
ON, UNTIL = dt.date(2026, 11, 1), dt.date(2027, 5, 1)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return copy_few(tmp_path, FAQ, "telehealth", "cost", "nausea")


@pytest.fixture
def path(base: Path) -> Path:
    approve(base, FAQ, ON, UNTIL)
    decided(base, FAQ, "rejected", dt.date(2026, 11, 2))
    approve(base, FAQ, dt.date(2026, 11, 3), UNTIL)
    return ledger_path(base / "approvals", FAQ)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _write(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def test_record_gives_back_what_was_decided_when_it_is_read(path: Path) -> None:
    ledger = read_ledger(path)

    assert ledger.fault is None
    assert [entry.decision for entry in ledger.entries] == ["approved", "rejected", "approved"]
    assert [entry.number for entry in ledger.entries] == [1, 2, 3]
    assert ledger.entries[1].until is None
    assert ledger.entries[2].content.answer.startswith("Ketamine is")


def _change(lines: list[dict[str, Any]]) -> None:
    lines[0]["until"] = "2036-05-01"


def _forge_words(lines: list[dict[str, Any]]) -> None:
    lines[2]["content"]["answer"] += " It is a cure."


def _remove(lines: list[dict[str, Any]]) -> None:
    del lines[1]


def _swap(lines: list[dict[str, Any]]) -> None:
    lines[0], lines[1] = lines[1], lines[0]


def _name_another(lines: list[dict[str, Any]]) -> None:
    lines[2]["by"] = "Dr. Somebody Else"


def _drop_field(lines: list[dict[str, Any]]) -> None:
    del lines[2]["account"]


@pytest.mark.parametrize(
    "tamper", [_change, _forge_words, _remove, _swap, _name_another, _drop_field]
)
def test_answer_is_withheld_when_its_record_was_tampered_with(
    tamper: Callable[[list[dict[str, Any]]], None], base: Path, path: Path
) -> None:
    assert load_library(base, mode="production", today=ON).faqs[FAQ].servable
    lines = _lines(path)
    tamper(lines)
    _write(path, lines)

    assert read_ledger(path).fault is not None
    faq = load_library(base, mode="production", today=ON).faqs[FAQ]
    assert faq.unservable_reason == "not approved: the record of its approvals is broken"


@pytest.mark.parametrize("kept", [-1, 40, 0])
def test_answer_is_withheld_when_a_writer_died_in_the_middle_of_a_line(
    kept: int, base: Path, path: Path
) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: kept or len(whole) // 2])

    assert not load_library(base, mode="production", today=ON).faqs[FAQ].servable


def test_decision_is_refused_when_the_record_is_broken(base: Path, path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])

    with pytest.raises(LedgerError, match="in the middle of a line"):
        approve(base, FAQ, ON, UNTIL)


def test_record_of_one_faq_is_no_approval_when_it_is_put_under_another(
    base: Path, path: Path
) -> None:
    path.rename(path.with_name("nausea.jsonl"))

    ledgers = read_ledgers(base / "approvals")

    assert "another FAQ" in (ledgers["nausea"].fault or "")


def test_every_decision_is_kept_when_many_decide_at_once(base: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: approve(base, FAQ, ON, UNTIL), range(40)))

    ledger = read_ledger(ledger_path(base / "approvals", FAQ))
    assert ledger.fault is None
    assert [entry.number for entry in ledger.entries] == list(range(1, 41))


def test_words_that_nobody_decided_on_are_a_draft_when_the_record_has_others(base: Path) -> None:
    approve(base, FAQ, ON, UNTIL)
    path = faq_path(base, FAQ)
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\nOne more line.\n", encoding="utf-8")

    faq = load_library(base, mode="local", today=ON).faqs[FAQ]

    assert (faq.draft, faq.servable) == (True, True)
