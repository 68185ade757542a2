"""Publishing on a small base, fitted for real: what is refused, what is switched, what is shown."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from knowledge.check import Finding, Report
from knowledge.errors import PublishError
from knowledge.fit.messages import Message
from knowledge.fit.train import train
from knowledge.library import load_library
from knowledge.publish import publish as module
from knowledge.publish.learnt import learnt_from, note
from knowledge.publish.publish import Publisher, rollback
from knowledge.publish.store import VersionStore
from knowledge.runtime import Places, open_live
from tests.small_library import WordEncoder, calibration, write_library


def _message(message: Message) -> str:
    fields: dict[str, Any] = {"text": message.text, "kind": message.kind}
    fields |= {"faq": list(message.faq_ids)} if message.faq_ids else {}
    fields |= {"category": message.category, "tier": message.tier} if message.tier else {}
    fields |= {"intent": message.intent} if message.intent else {}
    return json.dumps(fields)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base with its index."""
    folder = tmp_path_factory.mktemp("built")
    root = folder / "texts"
    root.mkdir()
    write_library(root)
    for name in ("examples", "calibration"):
        (root / name).mkdir()
    lines = "\n".join(_message(message) for message in calibration())
    (root / "calibration" / "all.jsonl").write_text(lines + "\n", encoding="utf-8")
    lexicon = root / "red_lines" / "lexicon"
    shutil.copytree(Path("knowledge/red_lines/lexicon").absolute(), lexicon)
    artifact = train(load_library(root), WordEncoder(), "content", (), calibration())
    artifact.save(folder / "index")
    note(folder / "index", learnt_from(root))
    return folder


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def publisher(
    built: Path, tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> Publisher:
    copy = tmp_path / "site"
    shutil.copytree(built, copy)
    for place in ("knowledge.publish.publish", "knowledge.build", "knowledge.runtime"):
        monkeypatch.setattr(f"{place}.load_encoder", lambda *_a, **_k: WordEncoder())
    # The small base has too few of everything; the linter is tested elsewhere.
    monkeypatch.setattr(module, "check", lambda *_a, **_k: Report((), 7, 3))
    places = Places(copy / "index", copy / "encoder", copy / "texts", mode="local")
    return Publisher(
        places, VersionStore(tmp_path / "published"), copy / "texts" / "approvals", said.append
    )


def _edit(publisher: Publisher, file: str, edit: Callable[[str], str]) -> None:
    path = publisher.places.knowledge / file
    before = path.read_text(encoding="utf-8")
    after = edit(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


def _live(publisher: Publisher) -> Any:
    places = publisher.places
    return open_live(
        Places(places.index, places.encoder, places.knowledge, published=publisher.store.root)
    )


def test_running_triage_answers_from_the_new_version_when_it_is_published(
    publisher: Publisher, said: list[str]
) -> None:
    live = _live(publisher)
    publisher.publish("ann")
    _edit(publisher, "faqs/all/hours.md", lambda text: text.replace("about hours", "on hours"))
    publisher.publish("ann", "a better word")
    live.refresh()

    assert live.current.library.faqs["hours"].answer == "The answer on hours."
    assert live.current.triage.decide("What are your opening hours?").faq_ids == ("hours",)
    assert "reworded: hours" in said
    assert "the index is that of the version served: no wording changed" in said
    assert "every message is decided as before: index and red lines are the same" in said

    rollback(publisher.store, "ann")
    live.refresh()
    assert live.current.library.faqs["hours"].answer == "The answer about hours."


def test_new_question_is_answered_when_its_faq_is_published(
    publisher: Publisher, said: list[str]
) -> None:
    live = _live(publisher)
    publisher.publish("ann")
    text = (publisher.places.knowledge / "faqs/all/cost.md").read_text(encoding="utf-8")
    words = {"id: cost": "id: dog", "How much does ketamine treatment cost?": "May my dog come?"}
    for old, new in words.items():
        text = text.replace(old, new)
    text = re.sub("the price of an infusion|your fee", "a dog in the waiting room", text)
    (publisher.places.knowledge / "faqs/all/dog.md").write_text(text, encoding="utf-8")

    publisher.publish("ann")
    live.refresh()

    assert "building the index" in said
    assert "new: dog" in said
    assert live.current.triage.decide("May my dog come?").faq_ids == ("dog",)


def test_publish_is_refused_when_a_red_line_would_get_less_urgent(
    publisher: Publisher, said: list[str]
) -> None:
    publisher.publish("ann")
    before = publisher.store.current()
    # The examples of self-harm become a FAQ's wordings: what is learnt turns around.
    path = publisher.places.knowledge / "red_lines" / "self_harm.yml"
    text = path.read_text(encoding="utf-8")
    examples = re.findall(r"text: (.*)", text)
    path.write_text(re.sub(r"text: (.*)", r"text: zzz \1 qqq", text), encoding="utf-8")
    wordings = "".join(f"- {example}\n" for example in examples * 1)
    _edit(
        publisher,
        "faqs/all/hours.md",
        lambda file: file.replace("variants:\n", f"variants:\n{wordings}"),
    )
    kept = [Message(e, "red", category="self_harm", tier="T1") for e in examples]
    lines = "\n".join(_message(message) for message in kept)
    (publisher.places.knowledge / "examples" / "red.jsonl").write_text(lines, encoding="utf-8")

    with pytest.MonkeyPatch.context() as patch:
        # Asked of these messages, but not learnt from them: else they would still be red lines.
        patch.setattr("knowledge.build.load_messages", _only_calibration)
        with pytest.raises(PublishError, match="less urgent"):
            publisher.publish("ann")

    assert publisher.store.current() == before
    assert any("LESS SAFE" in line for line in said)


def _only_calibration(folder: Path) -> tuple[Message, ...]:
    return calibration() if folder.name == "calibration" else ()


def test_publish_is_refused_when_the_linter_finds_an_error(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = Finding(Path("x.md"), 3, "banned-phrase", "error", "says 'cure'", "say less")
    monkeypatch.setattr(module, "check", lambda *_a, **_k: Report((finding,), 7, 3))

    with pytest.raises(PublishError, match="banned-phrase: says 'cure': say less"):
        publisher.publish("ann")

    assert publisher.store.current() is None


def test_nothing_is_switched_when_it_is_a_dry_run(publisher: Publisher) -> None:
    assert publisher.publish("ann", dry_run=True) is None

    assert (publisher.store.current(), publisher.store.versions()) == (None, ())


def test_version_names_who_published_it_and_what_when_it_is_listed(publisher: Publisher) -> None:
    version = publisher.publish("ann", "first")
    assert version

    facts = publisher.store.manifest(version)

    assert (facts["by"], facts["note"], facts["faqs"], facts["approved"]) == ("ann", "first", 7, 0)
    assert publisher.store.served_at(dt.datetime.now(dt.UTC)) == version
    assert not (publisher.store.folder(version) / "knowledge" / "examples").exists()
