"""Versions are whole or not there; the pointer is switched in one step, whoever dies."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from knowledge.errors import PublishError
from knowledge.publish.publish import rollback
from knowledge.publish.store import KEPT, Step, VersionStore

ROOT = Path(__file__).resolve().parents[4]
AT = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)

#: Publishes again and again, as fast as it can, until it is killed.
_PUBLISHER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.unit.knowledge.publish.test_store import put
from knowledge.errors import PublishError
from knowledge.publish.store import VersionStore
store, number = VersionStore(Path(sys.argv[1])), 0
while True:
    number += 1
    try:
        put(store, f"{number} by {sys.argv[3]}")
    except PublishError:
        continue
    print(number, flush=True)
"""


def put(store: VersionStore, text: str, at: dt.datetime | None = None) -> str:
    """Publishes a version of two files that hold the same text."""
    now = at or dt.datetime.now(dt.UTC)
    with store.publishing():
        staged = store.stage()
        for name in ("knowledge", "index"):
            (staged / name).mkdir()
            (staged / name / "text").write_text(text, encoding="utf-8")
        version = store.seal(staged, now, {"by": "test", "note": "", "faqs": 1, "approved": 0})
        store.serve(version, Step(now, "publish", version, "test", ""))
    return version


def _served(store: VersionStore) -> str:
    """Returns what is served; fails unless it is whole."""
    version = store.current()
    assert version is not None
    store.verify(version)
    texts = {
        (store.folder(version) / name / "text").read_text(encoding="utf-8")
        for name in ("knowledge", "index")
    }
    assert len(texts) == 1
    return texts.pop()


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    return VersionStore(tmp_path / "published")


def test_nothing_is_served_when_nothing_was_published(store: VersionStore) -> None:
    assert (store.current(), store.versions(), store.history()) == (None, (), ())


def test_last_version_is_served_when_several_were_published(store: VersionStore) -> None:
    put(store, "one")
    put(store, "two")

    assert _served(store) == "two"


def test_earlier_version_is_served_again_when_it_is_rolled_back(store: VersionStore) -> None:
    first = put(store, "one")
    put(store, "two")

    assert rollback(store, "ann") == first
    assert _served(store) == "one"
    assert [step.action for step in store.history()] == ["publish", "publish", "rollback"]


def test_rollback_goes_back_and_forth_when_it_is_done_twice(store: VersionStore) -> None:
    put(store, "one")
    put(store, "two")

    rollback(store, "ann")
    rollback(store, "ann")

    assert _served(store) == "two"


@pytest.mark.parametrize("version", [None, "20200101T000000.000000Z-00000000", "../x"])
def test_rollback_is_refused_when_there_is_no_such_version(
    store: VersionStore, version: str | None
) -> None:
    put(store, "one")

    with pytest.raises(PublishError):
        rollback(store, "ann", version)

    assert _served(store) == "one"


def test_version_is_not_served_when_a_file_of_it_was_changed(store: VersionStore) -> None:
    first = put(store, "one")
    put(store, "two")
    (store.folder(first) / "knowledge" / "text").write_text("forged", encoding="utf-8")

    with pytest.raises(PublishError, match="not as it was published"):
        rollback(store, "ann")

    assert _served(store) == "two"


def test_old_words_are_kept_when_the_index_of_an_old_version_is_cleared(
    store: VersionStore,
) -> None:
    versions = [put(store, str(number)) for number in range(KEPT + 2)]

    assert not (store.folder(versions[0]) / "index").exists()
    assert (store.folder(versions[0]) / "knowledge" / "text").exists()
    assert (store.folder(versions[-KEPT]) / "index").exists()
    with pytest.raises(PublishError, match="was cleared away"):
        rollback(store, "ann", versions[0])


def test_history_tells_what_was_served_when_a_moment_is_named(store: VersionStore) -> None:
    first = put(store, "one", AT)
    second = put(store, "two", AT + dt.timedelta(days=2))

    assert store.served_at(AT - dt.timedelta(days=1)) is None
    assert store.served_at(AT + dt.timedelta(days=1)) == first
    assert store.served_at(AT + dt.timedelta(days=3)) == second


def test_pointer_to_nothing_is_refused_when_it_was_tampered_with(store: VersionStore) -> None:
    put(store, "one")
    (store.root / "current").write_text("../../etc\n", encoding="ascii")

    with pytest.raises(PublishError, match="which is not there"):
        store.current()


def test_second_publisher_is_refused_when_one_is_at_work(store: VersionStore) -> None:
    with store.publishing(), pytest.raises(PublishError, match="is at work"), store.publishing():
        pass


def test_version_is_whole_when_two_publishers_race_and_are_killed_at_any_moment(
    store: VersionStore,
) -> None:
    put(store, "first")
    for pause in (0.02, 0.08, 0.15, 0.3):
        running = [
            subprocess.Popen(
                [sys.executable, "-c", _PUBLISHER, str(store.root), str(ROOT), name],
                stdout=subprocess.PIPE,
            )
            for name in "ab"
        ]
        assert any(process.stdout and process.stdout.readline() for process in running)
        time.sleep(pause)
        for process in running:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
        assert _served(store)
        put(store, "after")  # the lock of the dead is free, and what they left is cleared
        assert _served(store) == "after"
        assert not list((store.root / "versions").glob(".staging-*"))
        assert store.history()[-1].version == store.current()


def test_rollback_serves_the_last_whole_version_when_the_pointer_is_damaged(
    store: VersionStore,
) -> None:
    put(store, "one")
    two = put(store, "two")
    (store.root / "current").write_text("nowhere\n", encoding="ascii")
    with pytest.raises(PublishError, match="faqbot rollback"):
        store.current()

    assert rollback(store, "ann") == two

    assert _served(store) == "two"


def test_rollback_passes_over_versions_when_their_index_was_cleared_away(
    store: VersionStore,
) -> None:
    put(store, "one")
    gone, served = put(store, "two"), put(store, "three")
    (store.folder(gone) / "index").rename(store.root / "elsewhere")

    rollback(store, "ann")

    assert store.current() != served
    assert _served(store) == "one"
