"""The folder of published versions: whole ones only, and one pointer to the one that is served.

    current              the id of the version that is served
    history.jsonl        what was put there when, by whom
    versions/<id>/       knowledge/, index/ and manifest.json with the hash of every file

A version is written beside the others and renamed into place; the pointer is replaced in one step.
A publisher that is killed therefore leaves the old version served, and rubbish that the next one
removes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from knowledge.errors import PublishError

MANIFEST: Final = "manifest.json"
_STAGING: Final = ".staging-"
#: So many versions keep their index; of older ones only the words stay, as a record.
KEPT: Final = 5

Action = Literal["publish", "rollback"]


@dataclass(frozen=True, slots=True)
class Step:
    """A change of what is served."""

    at: dt.datetime
    action: Action
    version: str
    by: str
    note: str


class VersionStore:
    """Published versions in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._versions = root / "versions"
        self._pointer = root / "current"
        self._history = root / "history.jsonl"

    def folder(self, version: str) -> Path:
        """Returns where a version is."""
        return self._versions / version

    def current(self) -> str | None:
        """Returns the version that is served, or None when nothing is published.

        Raises:
            PublishError: if the pointer names a version that is not there.
        """
        try:
            version = self._pointer.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise PublishError(f"{self._pointer}: cannot be read: restore it") from error
        if not version or "/" in version or not (self.folder(version) / MANIFEST).is_file():
            raise PublishError(
                f"{self._pointer}: names {version!r}, which is not there: `faqbot rollback`"
            )
        return version

    def versions(self) -> tuple[str, ...]:
        """Returns every version, oldest first."""
        found = self._versions.glob(f"*/{MANIFEST}")
        return tuple(sorted(p.parent.name for p in found if not p.parent.name.startswith(".")))

    def has_index(self, version: str) -> bool:
        """Returns whether a version can be served: of old ones only the words stay."""
        folder = self.folder(version)
        return (folder / MANIFEST).is_file() and (folder / "index").is_dir()

    def manifest(self, version: str) -> dict[str, Any]:
        """Returns what is noted of a version.

        Raises:
            PublishError: if there is no such version, or its note is damaged.
        """
        try:
            text = (self.folder(version) / MANIFEST).read_text(encoding="utf-8")
            manifest: dict[str, Any] = json.loads(text)
        except (OSError, ValueError) as error:
            raise PublishError(f"there is no version {version!r}: see publish --list") from error
        return manifest

    def history(self) -> tuple[Step, ...]:
        """Returns what was served from when on, oldest first; half a last line is passed over."""
        try:
            lines = self._history.read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return ()
        return tuple(_step(line) for line in lines[:-1] if line)

    def served_at(self, moment: dt.datetime) -> str | None:
        """Returns the version that was served at a moment."""
        before = [step for step in self.history() if step.at <= moment]
        return before[-1].version or None if before else None

    def verify(self, version: str) -> None:
        """Checks every file of a version against its hash.

        Raises:
            PublishError: naming the first file that differs.
        """
        folder = self.folder(version)
        for name, digest in self.manifest(version)["files"].items():
            path = folder / name
            if not path.is_file() or _digest(path) != digest:
                raise PublishError(f"{path}: is not as it was published: use another version")

    @contextmanager
    def publishing(self) -> Iterator[None]:
        """Holds the lock that lets one publisher work at a time, and clears what dead ones left.

        Raises:
            PublishError: if another one is at work, or the folder cannot be written.
        """
        try:
            self._versions.mkdir(parents=True, exist_ok=True)
            lock = (self.root / "lock").open("a")
        except OSError as error:
            raise PublishError(f"{self.root}: {os.strerror(error.errno or 0)}: mend it") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise PublishError("another publish or rollback is at work: wait for it") from error
            for rubbish in self._versions.glob(f"{_STAGING}*"):
                shutil.rmtree(rubbish, ignore_errors=True)
            self._mend_history()
            yield

    def stage(self) -> Path:
        """Returns a fresh folder for a version; only under the lock."""
        folder = self._versions / f"{_STAGING}{os.getpid()}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def seal(self, staged: Path, now: dt.datetime, facts: dict[str, Any]) -> str:
        """Makes a staged folder a version; nothing serves it yet. Returns its id."""
        files = {
            str(path.relative_to(staged)): _digest(path)
            for path in sorted(staged.rglob("*"))
            if path.is_file()
        }
        whole = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
        version = f"{now:%Y%m%dT%H%M%S.%fZ}-{whole[:8]}"
        manifest = {"id": version, "at": now.isoformat(), "sha256": whole, **facts, "files": files}
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        (staged / MANIFEST).write_text(text, encoding="utf-8")
        for path in staged.rglob("*"):
            _sync(path)
        staged.rename(self.folder(version))
        _sync(self._versions)
        return version

    def serve(self, version: str, step: Step) -> None:
        """Makes a version the one that is served, in one step; notes it before.

        Raises:
            PublishError: if the version is not whole.
        """
        self.manifest(version)
        if not self.has_index(version):
            raise PublishError(f"{version}: its index was cleared away: publish the texts again")
        self.verify(version)
        self._note(step)
        fresh = self._pointer.with_name(f"current.{os.getpid()}")
        fresh.write_text(version + "\n", encoding="ascii")
        _sync(fresh)
        fresh.replace(self._pointer)
        _sync(self.root)
        self._clear()

    def _mend_history(self) -> None:
        """Notes what is served when a publisher died between its note and the switch."""
        try:
            history, current = self.history(), self.current()
        except PublishError:
            return  # the pointer is damaged: what was served is not known here
        if history and history[-1].version != (current or ""):
            now = dt.datetime.now(dt.UTC)
            self._note(Step(now, "rollback", current or "", "", "a publish was interrupted"))

    def _note(self, step: Step) -> None:
        fields = {
            "at": step.at.isoformat(), "action": step.action, "version": step.version,
            "by": step.by, "note": step.note,
        }  # fmt: skip
        kept = self._history.read_bytes() if self._history.exists() else b""
        with self._history.open("ab") as file:
            if kept and not kept.endswith(b"\n"):  # a publisher died while it wrote the last line
                file.truncate(kept.rfind(b"\n") + 1)
            file.write((json.dumps(fields) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())

    def _clear(self) -> None:
        """Removes the index of old versions; their words stay as the record of what was said."""
        current = self.current()
        for version in self.versions()[:-KEPT]:
            index = self.folder(version) / "index"
            if version != current and index.is_dir():
                aside = self._versions / f"{_STAGING}old-{version}"
                with contextlib.suppress(OSError):
                    index.rename(aside)
                shutil.rmtree(aside, ignore_errors=True)


def _step(line: str) -> Step:
    raw = json.loads(line)
    at = dt.datetime.fromisoformat(raw["at"])
    return Step(at, raw["action"], raw["version"], raw["by"], raw["note"])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Has the disk keep a file's content, or a folder's names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
