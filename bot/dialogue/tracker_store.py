"""Rasa's tracker store: the last session of a conversation in one row, and the newest in memory.

Rasa's own SQL store writes a row for every event, reads a whole session back for every message
and counts it again before it saves. Here a message costs one small read and one write. The row's
version tells whether what is in memory is what is stored: another process may have gone on with the
conversation, or the patient's words may have been deleted.
"""

from __future__ import annotations

import json
import random
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.sealed_rows import SealedRows
from bot.dialogue.session_rows import SessionRows, open_rows

#: Conversations whose trackers stay in memory; each takes some hundred kilobytes.
_KEPT: Final = 256
_HIGHEST_VERSION: Final = 2**62


@dataclass
class _Kept:
    """A tracker as it was saved, with its events as they were written."""

    version: int
    tracker: DialogueStateTracker
    written: list[str]


class SessionTrackerStore(TrackerStore):  # type: ignore[misc]
    """Keeps the events since the last session's start; Rasa never looks further back."""

    def __init__(
        self,
        domain: Domain | None,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        rows: SessionRows | None = None,
        **kwargs: Any,
    ) -> None:
        """Opens the store.

        Args:
            domain: Rasa's domain, for the slots.
            event_broker: Rasa's, if there is one.
            host: the database's address; what Rasa calls the `url` in its endpoints.
            rows: the rows themselves, instead of `host`.
            **kwargs: whatever else Rasa hands on.
        """
        super().__init__(domain, event_broker, **kwargs)
        self._rows = rows or SealedRows(open_rows(host or "sqlite:///:memory:"))
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Returns the tracker, taken out of memory until it is saved.

        Rasa changes what it gets. Should it fail on the way, the next call reads what is stored.
        """
        kept = self._kept.pop(sender_id, None)
        if kept is not None and kept.version == self._rows.version(sender_id):
            self._remember(sender_id, _Kept(-kept.version - 1, kept.tracker, kept.written))
            return kept.tracker
        found = self._rows.row(sender_id)
        if found is None:
            return None
        events = json.loads(found[1])
        return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Writes the tracker's last session."""
        await self.stream_events(tracker)
        if not tracker.events:
            return
        kept = self._kept.pop(tracker.sender_id, None)
        written = kept.written if kept is not None and kept.tracker is tracker else []
        start = _session_start(tracker)
        events = list(tracker.events)
        written = written + [json.dumps(event.as_dict()) for event in events[len(written) :]]
        if start:
            events, written = events[start:], written[start:]
            tracker = _replayed(tracker, events, self.domain)
        # By chance, so that a row that was deleted and written again is never taken for the old.
        version = random.randrange(_HIGHEST_VERSION)  # noqa: S311 - no secret
        self._rows.save(tracker.sender_id, version, f"[{','.join(written)}]", time.time())
        self._remember(tracker.sender_id, _Kept(version, tracker, written))

    async def keys(self) -> list[str]:
        """Returns the ids of all conversations."""
        return self._rows.senders()

    def _remember(self, sender_id: str, kept: _Kept) -> None:
        self._kept[sender_id] = kept
        self._kept.move_to_end(sender_id)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


def _session_start(tracker: DialogueStateTracker) -> int:
    """Returns the place of the last session's first event."""
    places = [i for i, event in enumerate(tracker.events) if isinstance(event, SessionStarted)]
    return places[-1] if places else 0


def _replayed(
    tracker: DialogueStateTracker, events: list[Event], domain: Domain
) -> DialogueStateTracker:
    """Returns a tracker of these events only, as it would be read from the store."""
    fresh: DialogueStateTracker = DialogueStateTracker.from_events(
        tracker.sender_id, events, domain.slots
    )
    return fresh
