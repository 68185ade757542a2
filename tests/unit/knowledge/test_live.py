"""A running process follows approvals, texts, versions and days; what is broken is not served."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.library import Faq, Library
from knowledge.library.ledger import ledger_path
from knowledge.live import Live, Texts, live_library
from knowledge.publish.publish import copy_texts
from knowledge.publish.store import Step, VersionStore
from tests.knowledge_copy import approve, copy_few, decided, faq_path

FAQ = "what-is-ketamine"
TODAY = dt.datetime.now(dt.UTC).date()
UNTIL = TODAY + dt.timedelta(days=30)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base of three FAQs, which is loaded quickly."""
    root = tmp_path / "texts"
    root.mkdir()
    return copy_few(root, FAQ, "hours", "cost")


@pytest.fixture
def texts(base: Path, tmp_path: Path) -> Texts:
    return Texts(base, tmp_path / "index", None, tmp_path / "published", "production")


@pytest.fixture
def live(texts: Texts) -> Live[Library]:
    return live_library(texts)


def _faq(live: Live[Library]) -> Faq:
    live.refresh()
    return live.current.faqs[FAQ]


def _edit(base: Path, edit: Callable[[str], str]) -> None:
    path = faq_path(base, FAQ)
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")


def _publish(texts: Texts) -> str:
    assert texts.published
    store, now = VersionStore(texts.published), dt.datetime.now(dt.UTC)
    with store.publishing():
        staged = store.stage()
        copy_texts(texts.knowledge, staged / "knowledge")
        (staged / "index").mkdir()
        (staged / "index" / "x").write_text("x", encoding="utf-8")
        version = store.seal(staged, now, {})
        store.serve(version, Step(now, "publish", version, "test", ""))
    return version


def test_answer_is_served_when_it_is_approved_while_the_process_runs(
    base: Path, live: Live[Library]
) -> None:
    assert not _faq(live).servable

    approve(base, FAQ, TODAY, UNTIL)

    assert _faq(live).servable


def test_answer_is_withheld_when_one_word_is_changed_and_served_when_it_is_approved(
    base: Path, live: Live[Library]
) -> None:
    approve(base, FAQ, TODAY, UNTIL)
    assert _faq(live).servable

    _edit(base, lambda text: text.replace("anesthetic medicine", "anesthetic drug"))
    assert _faq(live).unservable_reason == "not approved: changed since it was approved"

    approve(base, FAQ, TODAY, UNTIL)
    assert _faq(live).servable
    assert "anesthetic drug" in _faq(live).answer


def test_answer_is_withheld_at_midnight_when_its_approval_ends(
    base: Path, live: Live[Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(base, FAQ, TODAY, UNTIL)
    assert _faq(live).servable
    next_day = UNTIL + dt.timedelta(days=1)

    monkeypatch.setattr("knowledge.live.clinic_today", lambda _zone: next_day)

    assert _faq(live).unservable_reason == f"approval expired on {UNTIL.isoformat()}"


def test_rejection_is_heeded_when_the_texts_are_broken(base: Path, live: Live[Library]) -> None:
    approve(base, FAQ, TODAY, UNTIL)
    assert _faq(live).servable
    _edit(base, lambda text: text.replace("topic:", "tropic:"))
    assert _faq(live).servable  # the words served before still are what was approved

    path = ledger_path(base / "approvals", FAQ)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines[0]["until"] = "2036-01-01"
    path.write_text(json.dumps(lines[0]) + "\n", encoding="utf-8")

    assert _faq(live).unservable_reason == "not approved: the record of its approvals is broken"


def test_published_words_are_served_when_the_folder_is_edited_further(
    base: Path, texts: Texts, live: Live[Library]
) -> None:
    approve(base, FAQ, TODAY, UNTIL)
    _publish(texts)
    _edit(base, lambda text: text.replace("anesthetic medicine", "anesthetic drug"))

    assert _faq(live).servable
    assert "anesthetic medicine" in _faq(live).answer

    approve(base, FAQ, TODAY, UNTIL)  # the new words are signed, and not published yet
    assert "anesthetic medicine" in _faq(live).answer

    _publish(texts)
    assert "anesthetic drug" in _faq(live).answer


def test_published_answer_is_withheld_when_its_approval_is_withdrawn(
    base: Path, texts: Texts, live: Live[Library]
) -> None:
    approve(base, FAQ, TODAY, UNTIL)
    _publish(texts)
    assert _faq(live).servable

    decided(base, FAQ, "rejected", TODAY)

    assert not _faq(live).servable


def test_version_that_cannot_be_loaded_is_not_served_when_it_is_pointed_to(
    base: Path, texts: Texts, live: Live[Library]
) -> None:
    approve(base, FAQ, TODAY, UNTIL)
    _publish(texts)
    assert _faq(live).servable
    assert texts.published

    (texts.published / "current").write_text("nothing\n", encoding="ascii")

    assert _faq(live).servable  # what was served goes on being served ...
    decided(base, FAQ, "rejected", TODAY)
    assert not _faq(live).servable  # ... as long as its approval holds


def test_nothing_is_loaded_when_nothing_changed(live: Live[Library]) -> None:
    before = live.current

    live.refresh()

    assert live.current is before


def test_every_reader_gets_a_whole_library_when_it_changes_under_them(
    base: Path, texts: Texts, live: Live[Library]
) -> None:
    approve(base, FAQ, TODAY, UNTIL)
    seen: set[tuple[bool, int]] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            library = live.looked()
            seen.add((library.faqs[FAQ].answer.startswith("Ketamine is"), len(library.faqs)))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    path = faq_path(base, FAQ)
    for number in range(3):
        path.write_text(f"{path.read_text(encoding='utf-8')}\nLine {number}.\n", encoding="utf-8")
        live.refresh()
    stop.set()
    for reader in readers:
        reader.join()

    assert seen == {(True, 3)}
