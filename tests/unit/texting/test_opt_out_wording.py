"""Opt-outs and what looks like one, by the sitting in which they were written.

The figures of the first runs, before a sitting was fitted, stand in docs/sms.md; these floors keep
what is reached now.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.conversation.texting.commands import read_command
from bot.conversation.texting.model import Command
from bot.conversation.texting.wishes import may_wish

ROOT = Path(__file__).resolve().parents[3]
SITTINGS = ROOT / "tests" / "opt_outs"
ORDINARY = ("near_misses", "benign", "unanswerable", "red_lines")


def _lines(sitting: str, sign: str) -> list[str]:
    lines = (SITTINGS / f"{sitting}_sitting.txt").read_text(encoding="utf-8").splitlines()
    return [line[2:] for line in lines if line.startswith(f"{sign} ")]


def _opts_out(text: str) -> bool:
    reading = read_command(text)
    return reading is not None and reading.command is Command.STOP


@pytest.mark.parametrize(
    ("sitting", "least"), [("first", 90), ("second", 99), ("third", 72), ("last", 49)]
)
def test_opt_out_is_found_when_it_is_in_words_of_ones_own(sitting: str, least: int) -> None:
    assert sum(_opts_out(text) for text in _lines(sitting, "+")) >= least


@pytest.mark.parametrize("sitting", ["first", "second", "third", "last"])
def test_consent_is_kept_when_words_only_look_like_an_opt_out(sitting: str) -> None:
    assert [text for text in _lines(sitting, "-") if _opts_out(text)] == []


@pytest.mark.parametrize("name", ORDINARY)
def test_consent_is_kept_when_the_held_out_texts_of_triage_come_in(name: str) -> None:
    file: Path = ROOT / "tests" / "heldout" / f"{name}.jsonl"
    texts = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
    keywords = {"stop", "end", "quit", "cancel"}
    found = [text for text in texts if _opts_out(text) and text.lower() not in keywords]
    assert found == []


def test_hint_is_rare_when_texts_are_ordinary() -> None:
    texts = [text for sitting in ("first", "second", "last") for text in _lines(sitting, "-")]
    assert sum(may_wish(text) for text in texts) <= 20


def test_hint_is_given_when_a_missed_opt_out_talks_of_texts() -> None:
    assert may_wish("no reminders by text please")
    assert not may_wish("how much is an infusion")
