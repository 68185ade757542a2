"""Telling open pages at once that something changed; they then ask for their live part.

One thread of the process looks into the database a few times a second, with one small query
however many pages are open. A page that finds no free stream asks every few seconds instead.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from bot.adapters.database import Database
from bot.adapters.database.models import ChainHeadRow, ConversationRow, PresenceRow
from bot.conversation.ports import Clock
from bot.desk.presence import typing_since
from bot.fault import describe

_LOG: Final = logging.getLogger(__name__)
#: The subject of the inbox: any step of any case.
INBOX: Final = ""
_EVERY: Final = 0.25
_HEARTBEAT: Final = 10.0
_LONGEST: Final = 600.0
_Marks = dict[str, tuple[object, ...]]


class Changes:
    """Watches the database for as long as anybody listens."""

    def __init__(self, database: Database, clock: Clock, most: int, every: float = _EVERY) -> None:
        """Prepares the watch; nothing runs yet.

        Args:
            database: where conversations are kept.
            clock: the present moment.
            most: how many pages may listen at the same time.
            every: seconds between two looks.
        """
        self._database, self._clock, self._every = database, clock, every
        self._places = threading.BoundedSemaphore(most) if most else None
        self._news = threading.Condition()
        self._listeners: dict[str, int] = {}
        self._marks: _Marks = {}
        self._thread: threading.Thread | None = None
        #: Tells whether the process serves on; the server replaces it.
        self.is_alive: Callable[[], bool] = lambda: True

    def take_place(self) -> bool:
        """Takes a place for one page, if one is free."""
        return self._places is not None and self._places.acquire(blocking=False)

    def give_place_back(self) -> None:
        """Frees a place."""
        if self._places is not None:
            self._places.release()

    def events(self, subject: str, may_listen: Callable[[], bool]) -> Generator[str, None, None]:
        """Yields server-sent events: `changed` whenever the subject did.

        Args:
            subject: a conversation's id, or `INBOX`.
            may_listen: asked every few seconds; the stream ends when the session did.
        """
        end = time.monotonic() + _LONGEST
        with self._listening(subject) as first:
            seen = first
            # Only now: the page asks once when the stream opens, and later changes are told.
            yield "retry: 2000\n\n"
            while self.is_alive() and time.monotonic() < end:
                fresh = self._wait(subject, seen)
                if fresh != seen:
                    seen = fresh
                    yield "event: changed\ndata: now\n\n"
                elif not may_listen():
                    return
                else:
                    yield ": still here\n\n"

    def now(self, subject: str) -> tuple[object, ...]:
        """Returns what changes whenever the subject does, as it is now."""
        return self._look((subject,))[subject]

    @contextmanager
    def _listening(self, subject: str) -> Iterator[tuple[object, ...]]:
        with self._news:
            self._listeners[subject] = self._listeners.get(subject, 0) + 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="desk-live", daemon=True)
                self._thread.start()
        try:
            yield self.now(subject)
        finally:
            with self._news:
                self._listeners[subject] -= 1
                if not self._listeners[subject]:
                    del self._listeners[subject]
                    self._marks.pop(subject, None)

    def _wait(self, subject: str, seen: tuple[object, ...]) -> tuple[object, ...]:
        end = time.monotonic() + _HEARTBEAT
        with self._news:
            while self.is_alive():
                mark = self._marks.get(subject, seen)
                left = end - time.monotonic()
                if mark != seen or left <= 0:
                    return mark
                self._news.wait(min(left, 1.0))
        return seen

    def _watch(self) -> None:
        while True:
            with self._news:
                subjects = tuple(self._listeners)
                if not subjects or not self.is_alive():
                    self._thread = None
                    return
            try:
                marks = self._look(subjects)
            except Exception as error:  # noqa: BLE001 - pages would never be told again
                _LOG.error("live pages wait: %s", describe(error))
            else:
                with self._news:
                    self._marks = marks
                    self._news.notify_all()
            time.sleep(self._every)

    def _look(self, subjects: tuple[str, ...]) -> _Marks:
        """Returns what changes whenever a subject does."""
        wanted = [subject for subject in subjects if subject != INBOX]
        with self._database.read() as session:
            heads = session.scalars(
                sa.select(ChainHeadRow.number).order_by(ChainHeadRow.chain)
            ).all()
            marks: _Marks = {INBOX: tuple(heads)}
            marks.update(dict.fromkeys(wanted, ()))
            if not wanted:
                return marks
            versions = session.execute(
                sa.select(ConversationRow.id, ConversationRow.version).where(
                    ConversationRow.id.in_(wanted)
                )
            )
            for conversation_id, version in versions:
                marks[conversation_id] = (version,)
            writing = session.execute(
                sa.select(PresenceRow.conversation_id, PresenceRow.account_id)
                .where(
                    PresenceRow.conversation_id.in_(wanted),
                    PresenceRow.typing_at > typing_since(self._clock()),
                )
                .order_by(PresenceRow.conversation_id, PresenceRow.account_id)
            )
            for conversation_id, account_id in writing:
                marks[conversation_id] = (*marks[conversation_id], account_id)
        return marks
