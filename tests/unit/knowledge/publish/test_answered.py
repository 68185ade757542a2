"""What was being said on a day is told from the versions and the record of approvals."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from knowledge.publish.answered import Said, said_on
from knowledge.publish.command import answered
from knowledge.publish.publish import copy_texts
from knowledge.publish.store import Step, VersionStore
from tests.knowledge_copy import approve, copy_few, decided, faq_path

FAQ = "what-is-ketamine"
DAY = dt.date(2026, 10, 1)
UNTIL = dt.date(2026, 12, 1)


def _day(number: int) -> dt.date:
    return DAY + dt.timedelta(days=number)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    root = tmp_path / "texts"
    root.mkdir()
    return copy_few(root, FAQ)


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    return VersionStore(tmp_path / "published")


def _publish(base: Path, store: VersionStore, day: dt.date) -> None:
    now = dt.datetime.combine(day, dt.time(16), dt.UTC)
    with store.publishing():
        staged = store.stage()
        copy_texts(base, staged / "knowledge")
        (staged / "index").mkdir()
        version = store.seal(staged, now, {})
        store.serve(version, Step(now, "publish", version, "ann", ""))


def _said(base: Path, store: VersionStore, day: dt.date) -> Said:
    return said_on(FAQ, day, base, base / "approvals", store)


def test_words_and_reasons_are_told_when_a_day_is_named(base: Path, store: VersionStore) -> None:
    approve(base, FAQ, _day(0), UNTIL)
    _publish(base, store, _day(1))
    path = faq_path(base, FAQ)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("anesthetic medicine", "anesthetic drug"), encoding="utf-8")
    _publish(base, store, _day(5))
    approve(base, FAQ, _day(8), UNTIL)
    decided(base, FAQ, "rejected", _day(20))

    told = {number: _said(base, store, _day(number)) for number in (-1, 0, 3, 6, 9, 21)}

    assert told[-1].reason == "not approved"
    assert (told[0].version, told[0].reason) == (None, None)
    assert told[3].reason is None
    assert told[3].content
    assert "anesthetic medicine" in told[3].content.answer
    assert told[6].reason == "not approved: changed since it was approved"
    assert told[9].reason is None
    assert told[9].content
    assert "anesthetic drug" in told[9].content.answer
    assert told[21].reason == "not approved: a reviewer rejected it"


def test_command_prints_the_words_when_they_were_approved(base: Path, store: VersionStore) -> None:
    approve(base, FAQ, _day(0), UNTIL)
    _publish(base, store, _day(1))
    words = ["--on", "2026-10-03", "--faq", FAQ, "--knowledge", str(base)]

    shown = CliRunner().invoke(answered, [*words, "--published", str(store.root)])

    assert shown.exit_code == 0, shown.output
    assert "approved by Dr. Example on 2026-10-01 until 2026-12-01" in shown.output
    assert re.search(r"Ketamine is an anesthetic medicine\.", shown.output)
