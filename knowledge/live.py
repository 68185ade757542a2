"""What a running process says: it follows the published version, the approvals and the calendar.

Nothing is loaded when nothing changed: a look costs a few file states. What changed is loaded
beside what is served and then takes its place in one step, so that no message meets half of it.
Should it be broken, the words that were served go on being served, but only those whose approval
holds: approvals and days are heeded even then.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, TypeVar

from knowledge.errors import KnowledgeError
from knowledge.library import clinic_today, load_library
from knowledge.library.faqs import with_state
from knowledge.library.fingerprint import fingerprint
from knowledge.library.ledger import Ledger, read_ledgers
from knowledge.library.models import Library, Mode
from knowledge.publish.store import VersionStore

logger = logging.getLogger(__name__)

_Served = TypeVar("_Served")
#: The version, the state of the files and the day.
Seen = tuple[str, str, dt.date]
#: How often a running process looks for a change.
LOOK_SECONDS: Final = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class Texts:
    """Where the texts are, and how they are served.

    Attributes:
        knowledge: the folder that is served while nothing is published.
        index: its index.
        approvals: the record of approvals; `approvals/` in `knowledge` by default.
        published: the folder of published versions; None serves `knowledge` whatever was published.
        mode: whether drafts are served.
    """

    knowledge: Path
    index: Path
    approvals: Path | None = None
    published: Path | None = None
    mode: Mode = "local"

    @property
    def ledgers(self) -> Path:
        """The folder of the record of approvals."""
        return self.approvals or self.knowledge / "approvals"

    def served(self) -> tuple[str, Path, Path]:
        """Returns the version that is served with its texts and its index; "" is the folder."""
        store = VersionStore(self.published) if self.published else None
        version = store.current() if store else None
        if store is None or version is None:
            return "", self.knowledge, self.index
        folder = store.folder(version)
        return version, folder / "knowledge", folder / "index"

    def load(self, today: dt.date | None = None) -> Library:
        """Loads what is served.

        Raises:
            KnowledgeError: naming what is wrong.
        """
        _, root, _ = self.served()
        return load_library(root, mode=self.mode, today=today, approvals=self.ledgers)


class Live(Generic[_Served]):
    """Something made of the library that follows its changes; safe to use from several threads.

    Args:
        texts: where the library is.
        make: makes it of the library, the folder of the texts and the index.
    """

    def __init__(self, texts: Texts, make: Callable[[Library, Path, Path], _Served]) -> None:
        self._texts, self._make = texts, make
        self._lock = threading.Lock()
        seen, place = self._look()
        library = texts.load(self._today())
        self._library, self._place = library, place
        self._current = make(library, *place)
        self._seen, self._looked = seen, time.monotonic()

    @property
    def current(self) -> _Served:
        """What is served at this moment."""
        return self._current

    def looked(self) -> _Served:
        """Returns what is served, after a look when the last one is a while ago."""
        is_due = time.monotonic() - self._looked >= LOOK_SECONDS
        if is_due and self._lock.acquire(blocking=False):
            try:
                self._refresh()
            except KnowledgeError as error:
                logger.error("the changed texts cannot be served at all: %s", error)
            finally:
                self._lock.release()
        return self._current

    def refresh(self) -> None:
        """Looks now, and changes what is served when something changed."""
        with self._lock:
            self._refresh()

    def follow(self) -> None:
        """Has a thread of its own look every second."""
        threading.Thread(target=self._follow, name="live texts", daemon=True).start()

    def _follow(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            # Whatever happens here must not end the looking: approvals end, and are withdrawn.
            try:
                self.refresh()
            except Exception as error:  # noqa: BLE001 -- said above
                logger.error("looking for new texts failed with %s", type(error).__name__)

    def _refresh(self) -> None:
        self._looked = time.monotonic()
        problem: KnowledgeError | None = None
        try:
            seen, place = self._look()
        except KnowledgeError as error:  # the pointer to the published version is damaged
            problem, place = error, self._place
            seen = ("?", fingerprint(approvals=self._texts.ledgers), self._today())
        if seen == self._seen:
            return
        if problem is None:
            try:
                library = self._texts.load(self._today())
                made = self._make(library, *place)
            except KnowledgeError as error:
                problem = error
        if problem is not None:
            logger.error("the changed texts are not served: %s", problem)
            library, place = self._restated(), self._place
            made = self._make(library, *place)
        self._library, self._place, self._current = library, place, made
        self._seen = seen  # last: what could not be made, not even of old words, is tried again
        served = sum(faq.servable for faq in library.faqs.values())
        logger.info("texts changed: %d of %d FAQs are served", served, len(library.faqs))

    def _look(self) -> tuple[Seen, tuple[Path, Path]]:
        version, root, index = self._texts.served()
        # A published version never changes: only the approvals of its words do.
        files = fingerprint(None if version else root, self._texts.ledgers)
        return (version, files, self._today()), (root, index)

    def _today(self) -> dt.date:
        library = getattr(self, "_library", None)
        return clinic_today(str(library.clinic["timezone"]) if library else "UTC")

    def _restated(self) -> Library:
        """Returns what was served, under the approvals and on the day of now."""
        ledgers, today = read_ledgers(self._texts.ledgers), self._today()
        faqs = {
            faq.id: with_state(
                faq, ledgers.get(faq.id, Ledger()), mode=self._texts.mode, today=today
            )
            for faq in self._library.faqs.values()
        }
        return dataclasses.replace(self._library, faqs=faqs)


def live_library(texts: Texts) -> Live[Library]:
    """Returns the library itself, following its changes.

    Raises:
        KnowledgeError: naming what is wrong with it now.
    """
    return Live(texts, lambda library, _root, _index: library)
