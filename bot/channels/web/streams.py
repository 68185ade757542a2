"""Live events: what staff write reaches the visitor without asking again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.channels.web.schemas import TypingView
from bot.channels.web.views import message_view, state_view
from bot.conversation.errors import ConversationError
from bot.conversation.model import TYPING_LASTS, Staff
from bot.conversation.ports import ConversationStore
from bot.conversation.service import utc_now

#: What a client waits before it connects again.
_RETRY: Final = "retry: 3000\n\n"
_BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Pace:
    """How a stream keeps time, in seconds.

    Attributes:
        look: between two looks into the database.
        heartbeat: of silence before a comment keeps the connection open.
        longest: before the stream ends; the client connects again.
    """

    look: float = 0.5
    heartbeat: float = 15.0
    longest: float = 1800.0


class EventStreams:
    """The open streams of one process; each keeps a thread, so there is a most."""

    def __init__(self, most: int, pace: Pace | None = None) -> None:
        self._places = threading.BoundedSemaphore(most) if most else None
        self._pace = pace or Pace()
        self._stopping = threading.Event()
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

    def events(self, store: ConversationStore, conversation_id: str, after: int) -> Iterator[str]:
        """Yields server-sent events until the stream's time is over.

        A `message` event's id is the message's `seq`, so that a client that connects again with
        `Last-Event-ID` misses nothing. A `state` event says who answers now, a `typing` event
        whether the member of staff who has the conversation is writing.

        Args:
            store: where conversations are kept.
            conversation_id: the conversation.
            after: the last `seq` that the client has.
        """
        yield _RETRY
        watch = _Watch(store, conversation_id, after)
        end = time.monotonic() + self._pace.longest
        spoken = time.monotonic()
        while self.is_alive() and not self._stopping.is_set() and time.monotonic() < end:
            try:
                news = watch.news()
            except ConversationError:
                return  # the client connects again and learns what is wrong
            if not news and time.monotonic() - spoken > self._pace.heartbeat:
                news = [": still here\n\n"]
            if news:
                spoken = time.monotonic()
            yield from news
            self._stopping.wait(self._pace.look)


class _Watch:
    """What one client has seen of a conversation."""

    def __init__(self, store: ConversationStore, conversation_id: str, after: int) -> None:
        self._store, self._conversation_id, self._after = store, conversation_id, after
        self._version, self._answering, self._typing = -1, "", False

    def news(self) -> list[str]:
        """Returns the events since the last call."""
        conversation = self._store.conversation(self._conversation_id)
        typing = self._typing_news(conversation.holder)
        if conversation.version == self._version:
            return typing
        messages = self._store.messages(self._conversation_id, self._after, _BATCH)
        news = [_event("message", message_view(m).model_dump_json(), m.seq) for m in messages]
        self._after = messages[-1].seq if messages else self._after
        if len(messages) < _BATCH:  # otherwise there may be more, and the next call gets them
            self._version = conversation.version
        answering = state_view(conversation).model_dump_json()
        if answering != self._answering:
            news.append(_event("state", answering))
            self._answering = answering
        return [*news, *typing]

    def _typing_news(self, holder: Staff | None) -> list[str]:
        since = utc_now() - TYPING_LASTS
        typing = holder is not None and self._store.is_typing(
            self._conversation_id, holder.account_id, since
        )
        if typing == self._typing:
            return []
        self._typing = typing
        return [_event("typing", TypingView(staff=typing).model_dump_json())]


def _event(name: str, data: str, seq: int | None = None) -> str:
    lines = [] if seq is None else [f"id: {seq}"]
    return "\n".join([*lines, f"event: {name}", f"data: {data}"]) + "\n\n"
