"""The store of dialogues: what is saved comes back, and what changed elsewhere is seen."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
import unittest
from collections.abc import Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    FollowupAction,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.tracker_store import SessionTrackerStore

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [ask]
slots:
  seen:
    type: any
    mappings: [{type: custom}]
actions: [action_answer]
forms:
  contact_form:
    required_slots: []
""")


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


class Storing(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        keys = mock.patch.dict(os.environ, {"FAQBOT_DATA_KEYS": "k" * 40})
        keys.start()
        self.addCleanup(keys.stop)
        self.file = Path(folder.name) / "dialogues.db"
        self.store = self.opened()

    def opened(self) -> SessionTrackerStore:
        return SessionTrackerStore(DOMAIN, host=f"sqlite:///{self.file}")

    def chatted(self, store: SessionTrackerStore, text: str) -> DialogueStateTracker:
        tracker = run(store.get_or_create_tracker("s", append_action_listen=False))
        if not tracker.events:
            self.start_session(tracker)
        for event in (
            UserUttered(text, {"name": "ask"}, input_channel="web"),
            ActionExecuted("action_answer"),
            BotUttered(None, {"custom": {"kind": "answer"}}),
            SlotSet("seen", text),
            ActionExecuted("action_listen"),
        ):
            tracker.update(event, DOMAIN)
        run(store.save(tracker))
        return tracker

    def start_session(self, tracker: DialogueStateTracker) -> None:
        for event in (
            ActionExecuted("action_session_start"),
            SessionStarted(),
            ActionExecuted("action_listen"),
        ):
            tracker.update(event, DOMAIN)

    def rows(self) -> int:
        with closing(sqlite3.connect(self.file)) as database:
            return int(database.execute("SELECT count(*) FROM sessions").fetchone()[0])

    def test_tracker_is_the_same_from_memory_and_from_the_file(self) -> None:
        self.chatted(self.store, "one")
        self.chatted(self.store, "two")

        near = run(self.store.retrieve("s"))
        far = run(self.opened().retrieve("s"))

        self.assertEqual(list(near.events), list(far.events))
        self.assertEqual(near.current_state(), far.current_state())
        self.assertEqual(far.get_slot("seen"), "two")
        self.assertEqual(self.rows(), 1)

    def test_open_form_and_follow_up_are_the_same_from_memory_and_from_the_file(self) -> None:
        self.chatted(self.store, "one")
        tracker = run(self.store.retrieve("s"))
        tracker.update(ActiveLoop("contact_form"), DOMAIN)
        tracker.update(FollowupAction("action_answer"), DOMAIN)
        run(self.store.save(tracker))

        for found in (run(self.store.retrieve("s")), run(self.opened().retrieve("s"))):
            self.assertEqual(found.active_loop_name, "contact_form")
            self.assertEqual(found.followup_action, "action_answer")

    def test_only_the_last_session_is_kept_when_another_begins(self) -> None:
        tracker = self.chatted(self.store, "one")
        tracker = run(self.store.retrieve("s"))
        self.start_session(tracker)
        run(self.store.save(tracker))
        self.chatted(self.store, "two")

        for found in (run(self.store.retrieve("s")), run(self.opened().retrieve("s"))):
            self.assertIsInstance(found.events[0], SessionStarted)
            texts = [event.text for event in found.events if isinstance(event, UserUttered)]
            self.assertEqual(texts, ["two"])

    def test_what_another_process_saved_is_read_when_it_was_later(self) -> None:
        self.chatted(self.store, "one")
        self.chatted(self.opened(), "two")

        self.assertEqual(run(self.store.retrieve("s")).get_slot("seen"), "two")

    def test_nothing_comes_back_when_the_row_was_deleted(self) -> None:
        self.chatted(self.store, "one")
        with closing(sqlite3.connect(self.file)) as database, database:
            database.execute("DELETE FROM sessions")

        self.assertIsNone(run(self.store.retrieve("s")))

    def test_half_a_turn_is_forgotten_when_rasa_fails_on_the_way(self) -> None:
        self.chatted(self.store, "one")
        tracker = run(self.store.retrieve("s"))
        tracker.update(SlotSet("seen", "half"), DOMAIN)  # and no save

        self.assertEqual(run(self.store.retrieve("s")).get_slot("seen"), "one")

    def test_memory_is_bounded_when_many_conversations_are_open(self) -> None:
        for number in range(300):
            tracker = DialogueStateTracker(f"s{number}", DOMAIN.slots)
            tracker.update(SlotSet("seen", number), DOMAIN)
            run(self.store.save(tracker))

        self.assertEqual(len(self.store._kept), 256)
        self.assertEqual(run(self.store.retrieve("s0")).get_slot("seen"), 0)
        self.assertEqual(len(run(self.store.keys())), 300)
