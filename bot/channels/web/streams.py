"""Live events: what staff write reaches the visitor without asking again and again.

One thread of the process looks into the database a few times a second, with one query for all the
conversations that are watched, and wakes only the streams whose conversation changed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from bot.channels.web.schemas import TypingView
from bot.channels.web.views import message_view, state_view
from bot.conversation.errors import ConversationError
from bot.conversation.ports import ConversationStore
from bot.fault import describe

_LOG: Final = logging.getLogger(__name__)
#: What a client waits before it connects again.
_RETRY: Final = "retry: 3000\n\n"
_BATCH: Final = 100
_READERS: Final = 8

#: A conversation's version, and who of staff is typing to the visitor.
Mark = tuple[int, str | None]


class Marks(Protocol):
    """Whoever tells, for many conversations at once, what changed."""

    def marks(self, conversation_ids: Sequence[str] | None) -> Mapping[str, Mark]:
        """Returns what differs whenever a conversation did.

        Args:
            conversation_ids: those that are asked for; None for all that had a message lately.
        """
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How streams keep time, in seconds.

    Attributes:
        look: between two looks at what had a message lately.
        search: between two looks at every conversation that is watched. What a visitor can see
            changes with a message; this finds it also if the clocks of two machines differ.
        heartbeat: of silence before a comment keeps the connection open.
        longest: before the stream ends; the client connects again.
    """

    look: float = 0.25
    search: float = 5.0
    heartbeat: float = 20.0
    longest: float = 1800.0


class _Listener:
    """One open stream as the watching thread sees it."""

    def __init__(self) -> None:
        self.rung = threading.Event()
        self.mark: Mark | None = None

    def tell(self, mark: Mark) -> None:
        """Wakes the stream if something is new to it."""
        if mark != self.mark:
            self.mark = mark
            self.rung.set()


class EventStreams:
    """The open streams of one process; each keeps a thread, so there is a most."""

    def __init__(self, most: int, pace: Pace | None = None) -> None:
        self._places = threading.BoundedSemaphore(most) if most else None
        self._pace = pace or Pace()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        # After a restart everybody comes at once: they queue here, not at the database.
        self._readers = threading.BoundedSemaphore(_READERS)
        self._listeners: dict[str, list[_Listener]] = {}
        self._writing: set[str] = set()  # where staff were writing at the last look
        self._thread: threading.Thread | None = None
        #: Tells whether the process serves on; the server replaces it.
        self.is_alive: Callable[[], bool] = lambda: True

    def take_place(self) -> bool:
        """Takes a place, if one is free."""
        return self._places is not None and self._places.acquire(blocking=False)

    def give_place_back(self) -> None:
        """Frees a place."""
        if self._places is not None:
            self._places.release()

    def stop(self) -> None:
        """Ends every stream soon."""
        self._stopping.set()

    def events(
        self, store: ConversationStore, marks: Marks, conversation_id: str, after: int
    ) -> Iterator[str]:
        """Yields server-sent events until the stream's time is over.

        A `message` event's id is the message's `seq`, so that a client that connects again with
        `Last-Event-ID` misses nothing. A `state` event says who answers now, a `typing` event who
        of staff is writing.

        Args:
            store: where conversations are kept.
            marks: tells what changed.
            conversation_id: the conversation.
            after: the last `seq` that the client has.
        """
        yield _RETRY
        watch = _Watch(store, conversation_id, after)
        end = time.monotonic() + self._pace.longest
        with self._listening(marks, conversation_id) as listener:
            while self._goes_on() and time.monotonic() < end:
                try:
                    with self._readers:
                        news = watch.news(listener.mark)
                except ConversationError:
                    return  # the client connects again and learns what is wrong
                yield from news
                while not watch.has_more and not self._await(listener, end):
                    if not self._goes_on() or time.monotonic() >= end:
                        return
                    yield ": still here\n\n"

    def _await(self, listener: _Listener, end: float) -> bool:
        rung = listener.rung.wait(min(self._pace.heartbeat, max(0.0, end - time.monotonic())))
        if rung:  # what rings just after a silence has ended is heard by the next wait
            listener.rung.clear()
        return rung

    def _goes_on(self) -> bool:
        return self.is_alive() and not self._stopping.is_set()

    @contextmanager
    def _listening(self, marks: Marks, conversation_id: str) -> Iterator[_Listener]:
        listener = _Listener()
        with self._lock:
            self._listeners.setdefault(conversation_id, []).append(listener)
            if self._thread is None:
                watch = (marks,)
                self._thread = threading.Thread(
                    target=self._watch, args=watch, name="web-live", daemon=True
                )
                self._thread.start()
        try:
            yield listener
        finally:
            with self._lock:
                others = self._listeners[conversation_id]
                others.remove(listener)
                if not others:
                    del self._listeners[conversation_id]

    def _watch(self, marks: Marks) -> None:
        searched = -self._pace.search
        while True:
            with self._lock:
                watched = tuple(self._listeners)
                if not watched or not self._goes_on():
                    self._thread = None
                    for listener in self._everybody():
                        listener.rung.set()
                    return
            is_due = time.monotonic() - searched >= self._pace.search
            searched = time.monotonic() if is_due else searched
            self._look(marks, watched if is_due else None)
            self._stopping.wait(self._pace.look)

    def _look(self, marks: Marks, watched: tuple[str, ...] | None) -> None:
        try:
            found = dict(marks.marks(watched))
            stopped = tuple(self._writing.difference(found))  # nobody writes there any more
            if stopped:
                found |= marks.marks(stopped)
        except ConversationError as error:
            _LOG.error("live events wait, the database is unavailable: %s", describe(error))
            return
        except Exception as error:  # noqa: BLE001 - every stream hangs on this one thread
            _LOG.error("live events wait: %s", describe(error))
            return
        self._writing = {known for known, (_, writer) in found.items() if writer is not None}
        with self._lock:
            for conversation_id, mark in found.items():
                for listener in self._listeners.get(conversation_id, ()):
                    listener.tell(mark)

    def _everybody(self) -> list[_Listener]:
        return [listener for listeners in self._listeners.values() for listener in listeners]


class _Watch:
    """What one client has seen of a conversation."""

    def __init__(self, store: ConversationStore, conversation_id: str, after: int) -> None:
        self._store, self._conversation_id, self._after = store, conversation_id, after
        self._answering = ""
        self._typing: str | None = None
        #: Whether there are messages that the last call left out.
        self.has_more = False

    def news(self, mark: Mark | None) -> list[str]:
        """Returns the events since the last call."""
        conversation = self._store.conversation(self._conversation_id)
        messages = self._store.messages(self._conversation_id, self._after, _BATCH)
        news = [_event("message", message_view(m).model_dump_json(), m.seq) for m in messages]
        self._after = messages[-1].seq if messages else self._after
        self.has_more = len(messages) == _BATCH
        answering = state_view(conversation).model_dump_json()
        if answering != self._answering:
            news.append(_event("state", answering))
            self._answering = answering
        typing = None if mark is None else mark[1]
        if typing != self._typing:
            news.append(_event("typing", TypingView(staff_name=typing).model_dump_json()))
            self._typing = typing
        return news


def _event(name: str, data: str, seq: int | None = None) -> str:
    lines = [] if seq is None else [f"id: {seq}"]
    return "\n".join([*lines, f"event: {name}", f"data: {data}"]) + "\n\n"
