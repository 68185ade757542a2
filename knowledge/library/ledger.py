"""The record of approvals: one append-only file a FAQ, each line bound to the line before.

`approvals/<id>.jsonl` holds every decision on a FAQ with the words that it was about. A line holds
its number, the hash of the line before and the SHA-256 of everything in it, so that a line that was
changed, removed or slipped in is found out; such a FAQ counts as not approved. The files belong
into version control; the service's audit log holds the hash of every decision too.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from knowledge.errors import LedgerError
from knowledge.library.content import ReviewedContent

Decision = Literal["approved", "rejected"]
GENESIS: Final = "0" * 64
_LOCK: Final = ".lock"


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision of a reviewer on one wording.

    Attributes:
        faq: the FAQ's id.
        decision: what was decided.
        at: when, in UTC.
        by: the reviewer's name.
        account: the reviewer's account; empty where there is none.
        until: the last day on which an approval holds.
        note: what the reviewer wants to be known.
        content: the words that were decided on.
        number, previous, hash: the chain.
    """

    faq: str
    decision: Decision
    at: dt.datetime
    by: str
    account: str
    until: dt.date | None
    note: str
    content: ReviewedContent
    number: int = 0
    previous: str = ""
    hash: str = ""

    @property
    def sha256(self) -> str:
        """The hash of the words that were decided on."""
        return self.content.sha256


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every decision on one FAQ, oldest first; `fault` says how the file is broken, if it is."""

    entries: tuple[Entry, ...] = ()
    fault: str | None = None

    @property
    def last(self) -> Entry | None:
        """The newest decision, on whatever words."""
        return self.entries[-1] if self.entries else None

    def on(self, sha256: str, before: dt.datetime | None = None) -> Entry | None:
        """Returns the last decision on these words; `before` leaves out what came later."""
        return next(
            (
                e
                for e in reversed(self.entries)
                if e.sha256 == sha256 and (before is None or e.at < before)
            ),
            None,
        )

    def approved(self) -> Entry | None:
        """Returns the last approval, also one that is over: what a change is compared with."""
        return next((e for e in reversed(self.entries) if e.decision == "approved"), None)


def ledger_path(folder: Path, faq_id: str) -> Path:
    """Returns the file of a FAQ's decisions."""
    return folder / f"{faq_id}.jsonl"


def read_ledgers(folder: Path) -> dict[str, Ledger]:
    """Returns the decisions by FAQ; a FAQ that nobody decided on is left out."""
    return {path.stem: read_ledger(path) for path in sorted(folder.glob("*.jsonl"))}


def read_ledger(path: Path) -> Ledger:
    """Returns one FAQ's decisions up to the first line that is broken."""
    entries: list[Entry] = []
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
    except FileNotFoundError:
        return Ledger()
    except (OSError, UnicodeDecodeError) as error:
        return Ledger((), f"cannot be read ({type(error).__name__})")
    if lines.pop():
        # The line that a writer did not finish decides nothing, and is not passed over either.
        return Ledger((), "ends in the middle of a line")
    for number, line in enumerate(lines, 1):
        previous = entries[-1].hash if entries else GENESIS
        try:
            entries.append(_checked(line, path.stem, number, previous))
        except (ValueError, KeyError, TypeError) as error:
            return Ledger(tuple(entries), f"line {number}: {error}")
    return Ledger(tuple(entries))


def append(folder: Path, entry: Entry) -> Entry:
    """Adds a decision to a FAQ's file and returns it with its place in the chain.

    Raises:
        LedgerError: if the file is broken or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            path = ledger_path(folder, entry.faq)
            ledger = read_ledger(path)
            if ledger.fault is not None:
                raise LedgerError(path, ledger.fault)
            last = ledger.last
            chained = _chained(entry, len(ledger.entries) + 1, last.hash if last else GENESIS)
            with path.open("ab") as file:
                file.write((json.dumps(_fields(chained), ensure_ascii=False) + "\n").encode())
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise LedgerError(folder, f"cannot be written ({os.strerror(error.errno or 0)})") from error
    return chained


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _chained(entry: Entry, number: int, previous: str) -> Entry:
    placed = replace(entry, number=number, previous=previous, hash="")
    return replace(placed, hash=_digest(placed))


def _digest(entry: Entry) -> str:
    text = json.dumps({**_fields(entry), "hash": ""}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _fields(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "previous": entry.previous,
        "faq": entry.faq,
        "decision": entry.decision,
        "at": entry.at.isoformat(),
        "by": entry.by,
        "account": entry.account,
        "until": entry.until.isoformat() if entry.until else None,
        "note": entry.note,
        "sha256": entry.sha256,
        "content": entry.content.to_dict(),
        "hash": entry.hash,
    }


def _checked(line: str, faq_id: str, number: int, previous: str) -> Entry:
    entry = _entry(json.loads(line))
    if entry.faq != faq_id:
        raise ValueError(f"is about {entry.faq!r}, another FAQ")
    if entry.number != number or entry.previous != previous:
        raise ValueError("does not follow the line before it")
    if entry.hash != _digest(entry):
        raise ValueError("was changed")
    return entry


def _entry(raw: Mapping[str, Any]) -> Entry:
    if raw["decision"] not in get_args(Decision):
        raise ValueError(f"decision: unknown value {raw['decision']!r}")
    content = ReviewedContent.from_dict(raw["content"])
    if content.sha256 != raw["sha256"]:
        raise ValueError("sha256: is not that of the content")
    return Entry(
        faq=str(raw["faq"]),
        decision=raw["decision"],
        at=dt.datetime.fromisoformat(raw["at"]),
        by=str(raw["by"]),
        account=str(raw["account"]),
        until=dt.date.fromisoformat(raw["until"]) if raw["until"] else None,
        note=str(raw["note"]),
        content=content,
        number=int(raw["number"]),
        previous=str(raw["previous"]),
        hash=str(raw["hash"]),
    )
