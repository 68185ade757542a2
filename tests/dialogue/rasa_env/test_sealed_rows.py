"""Rasa's store of dialogues: what it writes is sealed, and what it reads is what was said."""

import asyncio
import json
import os
import sqlite3
import tempfile
import unittest
from contextlib import closing
from pathlib import Path
from unittest import mock

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.dialogue.tracker_store import SessionTrackerStore

WORDS = "call me on 202-555-0147"


class SealedRowsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        keys = mock.patch.dict(os.environ, {"FAQBOT_DATA_KEYS": "k" * 40})
        keys.start()
        self.addCleanup(keys.stop)
        self.file = Path(self.folder.name) / "dialogues.db"

    def test_events_are_sealed_when_rasa_stores_what_a_patient_wrote(self) -> None:
        store = self._store()
        tracker = DialogueStateTracker("someone", [])
        tracker.update(UserUttered(WORDS))
        asyncio.run(store.save(tracker))

        with closing(sqlite3.connect(self.file)) as database:
            (data,) = database.execute("SELECT events FROM sessions").fetchone()
        self.assertTrue(data.startswith("s1."))
        for file in self.file.parent.iterdir():
            self.assertNotIn(b"555-0147", file.read_bytes())
        found = asyncio.run(self._store().retrieve("someone"))
        self.assertEqual([e.text for e in found.events if isinstance(e, UserUttered)], [WORDS])

    def test_older_events_are_read_when_they_were_never_sealed(self) -> None:
        self._store()
        data = {"event": "user", "text": "before", "parse_data": {"intent": {}, "entities": []}}
        with closing(sqlite3.connect(self.file)) as database, database:
            database.execute(
                "INSERT INTO sessions VALUES ('older', 1, ?, 1.0)", (json.dumps([data]),)
            )
        found = asyncio.run(self._store().retrieve("older"))
        self.assertEqual([e.text for e in found.events if isinstance(e, UserUttered)], ["before"])

    def _store(self) -> TrackerStore:
        # As Rasa makes it from endpoints.yml, where a wrong name would silently mean "in memory".
        name = "bot.dialogue.tracker_store.SessionTrackerStore"
        config = EndpointConfig(f"sqlite:///{self.file}", type=name)
        store = TrackerStore.create(config, Domain.empty())
        store = getattr(store, "_tracker_store", store)
        self.assertIsInstance(store, SessionTrackerStore)
        return store
