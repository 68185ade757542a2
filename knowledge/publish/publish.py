"""Publishing: lint, build, compare with what is served, refuse or switch."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from knowledge.build import build, vectors_of
from knowledge.check import check
from knowledge.encoder import Encoder, load_encoder
from knowledge.encoder.remembered import RememberingEncoder
from knowledge.errors import PublishError
from knowledge.fit.messages import load_messages
from knowledge.library import load_library
from knowledge.library.models import Library
from knowledge.live import Texts
from knowledge.publish.learnt import learnt_from, noted
from knowledge.publish.regression import Comparison, Outcome, compare, probes
from knowledge.publish.store import Step, VersionStore
from knowledge.runtime import Places, served_from
from knowledge.triage import Triage

Say = Callable[[str], None]
_TEXTS: Final = ("*.yml", "faqs/*/*.md", "red_lines/*.yml", "red_lines/lexicon/*.yml")
_DECIDED: Final = "decided.json"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes the texts of a folder.

    Attributes:
        places: the texts, the encoder, and the index that `make setup` built.
        store: where versions are kept.
        approvals: the record of approvals.
        say: is told what happens.
    """

    places: Places
    store: VersionStore
    approvals: Path
    say: Say

    def publish(self, by: str, note: str = "", *, dry_run: bool = False) -> str | None:
        """Publishes the texts as they are now; returns the version, or None after a dry run.

        Raises:
            KnowledgeError: if the texts are broken, or anything would get less safe.
        """
        with self.store.publishing():
            staged = self.store.stage()
            root = staged / "knowledge"
            # Everything below reads the copy: the folder may be edited meanwhile.
            copy_texts(self.places.knowledge, root)
            with self._examples_beside(root):
                self._lint(root)
                self._index(root, staged / "index")
            library = load_library(root, mode="production", approvals=self.approvals)
            comparison = self._compared(library, root, staged / "index")
            self._report(library, comparison)
            if comparison.less_safe:
                raise PublishError(
                    f"{len(comparison.less_safe)} red lines would be less urgent than they are"
                    " served now: mend the texts; nothing was published"
                )
            if dry_run:
                shutil.rmtree(staged)
                return None
            vectors_of(staged / "index").unlink(missing_ok=True)
            decided = {text: outcome.to_list() for text, outcome in comparison.outcomes.items()}
            (staged / _DECIDED).write_text(json.dumps(decided, ensure_ascii=False), "utf-8")
            now = dt.datetime.now(dt.UTC)
            version = self.store.seal(staged, now, self._facts(library, by, note))
            self.store.serve(version, Step(now, "publish", version, by, note))
            return version

    @contextmanager
    def _examples_beside(self, root: Path) -> Iterator[None]:
        """Lends the copy the messages that are learnt from; a version does not hold them."""
        links = [root / name for name in ("examples", "calibration")]
        for link in links:
            link.symlink_to(self.places.knowledge.absolute() / link.name, target_is_directory=True)
        try:
            yield
        finally:
            for link in links:
                link.unlink()

    def _lint(self, root: Path) -> None:
        report = check(root, approvals=self.approvals)
        self.say(
            f"checked {report.faqs} FAQs: {len(report.errors)} errors, {len(report.warnings)}"
            " warnings"
        )
        if report.errors:
            first = "\n".join(f.describe(root) for f in report.errors[:20])
            raise PublishError(f"{first}\nthe texts have errors: mend them; nothing was published")

    def _index(self, root: Path, index: Path) -> None:
        """Takes an index that was built from the same wordings, or builds one."""
        learnt = learnt_from(root)
        version = self.store.current()
        if version and noted(self.store.folder(version) / "index") == learnt:
            shutil.copytree(self.store.folder(version) / "index", index)
            self.say("the index is that of the version served: no wording changed")
            return
        if noted(self.places.index) == learnt:
            shutil.copytree(self.places.index, index)
            self.say("the index is the one that was built from these wordings")
            return
        self.say("building the index")
        kept = vectors_of(self.places.index)
        if kept.exists():
            shutil.copy(kept, vectors_of(index))
        places = self.places
        build(root, places.encoder, index, places.encoder_model, places.encoder_kind)

    def _compared(self, library: Library, root: Path, index: Path) -> Comparison:
        """Compares with what is served; a new index alone is worth asking every message."""
        texts = Texts(
            self.places.knowledge, self.places.index, self.approvals, self.store.root, "production"
        )
        version, served_root, served_index = texts.served()
        known = self._decided(version)
        if _digests(index) == _digests(served_index) and (
            _digests(root / "red_lines") == _digests(served_root / "red_lines")
        ):
            self.say("every message is decided as before: index and red lines are the same")
            return Comparison(0, (), known)
        encoder = self._encoder(index)
        wanted = probes(library, load_messages(self.places.knowledge / "examples"))
        fresh = _triage(root, index, encoder)
        served = _triage(served_root, served_index, encoder)
        self.say(
            f"deciding {len(wanted)} messages; {len(known)} decisions of the version served"
            " are known"
        )
        new = set(fresh.faq_ids) - set(served.faq_ids)
        result = compare(wanted, known, served, fresh, new)
        encoder.save()
        return result

    def _decided(self, version: str) -> dict[str, Outcome]:
        """Returns what a version decided when it was published, as far as that can be read."""
        path = self.store.folder(version) / _DECIDED
        if not version or not path.is_file():
            return {}
        try:
            raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return {text: Outcome.from_list(outcome) for text, outcome in raw.items()}
        except (ValueError, TypeError, IndexError, AttributeError):
            self.say(f"{path}: is damaged: the version served is asked again")
            return {}

    def _encoder(self, index: Path) -> RememberingEncoder:
        """Returns the encoder; what the build and the last comparison encoded is remembered."""
        places = self.places
        loaded: Encoder = load_encoder(
            places.encoder_kind, places.encoder, places.encoder_model, threads=os.cpu_count() or 1
        )
        built = next((i for i in (index, places.index) if vectors_of(i).exists()), places.index)
        learnt = RememberingEncoder(loaded, vectors_of(built))
        return RememberingEncoder(learnt, self.store.root / "regression.vectors.npz")

    def _report(self, library: Library, comparison: Comparison) -> None:
        for line in comparison.lines():
            self.say(line)
        version = self.store.current()
        if version is None:
            self.say(f"{_servable(library)} of {len(library.faqs)} FAQs are approved")
            return
        root = self.store.folder(version) / "knowledge"
        for line in differences(
            load_library(root, mode="production", approvals=self.approvals), library
        ):
            self.say(line)

    def _facts(self, library: Library, by: str, note: str) -> dict[str, Any]:
        return {
            "by": by,
            "note": note,
            "faqs": len(library.faqs),
            "approved": _servable(library),
        }


def rollback(store: VersionStore, by: str, version: str | None = None, note: str = "") -> str:
    """Serves an earlier version again; the one before by default. Returns it.

    Raises:
        PublishError: if there is none, or it is not whole.
    """
    with store.publishing():
        chosen = version or _before(store)
        store.serve(chosen, Step(dt.datetime.now(dt.UTC), "rollback", chosen, by, note))
        return chosen


def _before(store: VersionStore) -> str:
    try:
        current = store.current()
    except PublishError:
        current = None  # the pointer is damaged: what it should name is the last that is whole
    for step in reversed(store.history()):
        if step.version and step.version != current and store.has_index(step.version):
            return step.version
    raise PublishError("no other version was ever served: there is nothing to roll back to")


def copy_texts(root: Path, to: Path) -> None:
    """Copies what is served of a folder of texts, and nothing else."""
    for path in sorted({path for pattern in _TEXTS for path in root.glob(pattern)}):
        target = to / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def differences(before: Library, after: Library) -> list[str]:
    """Returns which FAQs are new, gone, reworded, and served or withheld otherwise."""
    old, new = before.faqs, after.faqs
    both = sorted(old.keys() & new.keys())
    groups = {
        "new": sorted(new.keys() - old.keys()),
        "gone": sorted(old.keys() - new.keys()),
        "reworded": [i for i in both if old[i].content_sha256 != new[i].content_sha256],
        "withheld from now on": [i for i in both if old[i].servable and not new[i].servable],
        "answered from now on": [i for i in both if new[i].servable and not old[i].servable],
    }
    return [f"{name}: {', '.join(ids)}" for name, ids in groups.items() if ids]


def _servable(library: Library) -> int:
    return sum(faq.servable for faq in library.faqs.values())


def _triage(root: Path, index: Path, encoder: Encoder) -> Triage:
    # Served as if everything were approved: what is compared is the choice, not the signature.
    library = load_library(root, mode="local")
    return served_from(library, root, index, encoder).triage


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
