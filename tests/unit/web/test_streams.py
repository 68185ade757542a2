"""Live events."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.adapters.database.models import PresenceRow
from bot.adapters.database.visits import SqlVisits
from bot.channels.web.streams import EventStreams, Mark, Pace, _Listener
from bot.conversation.model import Staff
from bot.conversation.service import utc_now
from tests.scripted_dialogue import Clinic
from tests.web_visitor import Visitor


def _events(text: str) -> list[tuple[str, str, Any]]:
    """Returns (name, id, data) of every event."""
    events = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "data" in fields:
            events.append((fields["event"], fields.get("id", ""), json.loads(fields["data"])))
    return events


def test_events_bring_messages_and_state_when_a_client_connects(visitor: Visitor) -> None:
    visitor.say("hello")
    response = visitor.get("events")
    assert response.mimetype == "text/event-stream"
    text = response.text
    assert text.startswith("retry: ")
    assert [(name, place) for name, place, _ in _events(text)] == [
        ("message", "1"),
        ("message", "2"),
        ("message", "3"),
        ("state", ""),
    ]
    assert "\n: still here\n" in text


def test_events_go_on_where_they_ended_when_a_client_connects_again(visitor: Visitor) -> None:
    visitor.say("hello")
    text = visitor.get("events", **{"Last-Event-ID": "2"}).text
    assert [place for name, place, _ in _events(text) if name == "message"] == ["3"]
    text = visitor.get("events?after=3").text
    assert [name for name, _, _ in _events(text)] == ["state"]


def test_staff_reply_and_claim_arrive_when_the_stream_is_open(
    clinic: Clinic, visitor: Visitor
) -> None:
    sam = clinic.staff()
    streams = EventStreams(1, Pace(look=0.01, longest=5))
    stream = streams.events(clinic.store, SqlVisits(clinic.database, clinic.clock), visitor.id, 1)
    assert next(stream).startswith("retry")
    assert _events(next(stream))[0][2] == {"state": "bot", "staff_name": None}
    clinic.desk.claim(visitor.id, sam)
    assert _events(next(stream))[0][2]["text"] == "Sam has joined."
    assert _events(next(stream))[0][2] == {"state": "staff", "staff_name": "Sam"}
    clinic.desk.staff_reply(visitor.id, sam, "s1", "two\n\nparagraphs\ndata: forged")
    ((name, place, message),) = _events(next(stream))
    assert (name, place) == ("message", "3")
    assert message["text"] == "two\n\nparagraphs\ndata: forged"


def test_client_is_told_to_poll_when_all_streams_are_taken(
    client: FlaskClient, streams: EventStreams, visitor: Visitor
) -> None:
    assert streams.take_place()
    assert streams.take_place()
    response = visitor.get("events")
    assert response.status_code == 503
    assert response.mimetype == "application/problem+json"
    assert response.headers["Retry-After"]
    streams.give_place_back()
    assert visitor.get("events").text
    assert visitor.get("events").text  # the place came back when the first one ended


def test_streams_end_at_once_when_the_process_stops(clinic: Clinic, visitor: Visitor) -> None:
    streams = EventStreams(1, Pace(look=5, longest=60))
    stream = streams.events(clinic.store, SqlVisits(clinic.database, clinic.clock), visitor.id, 0)
    next(stream)
    streams.stop()
    assert list(stream) == []
    streams = EventStreams(1, Pace(look=0.01, longest=60))
    streams.is_alive = lambda: False
    assert (
        len(
            list(
                streams.events(
                    clinic.store, SqlVisits(clinic.database, clinic.clock), visitor.id, 0
                )
            )
        )
        == 1
    )


def test_news_is_kept_when_it_comes_just_as_a_silence_ends() -> None:
    streams, listener = EventStreams(1, Pace(heartbeat=0.01)), _Listener()

    class Late(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            rung = super().wait(timeout)
            listener.tell((2, None))
            return rung

    listener.rung = Late()
    end = time.monotonic() + 5
    assert not streams._await(listener, end)
    assert streams._await(listener, end)


def test_events_go_on_when_one_look_failed_in_an_unforeseen_way(
    clinic: Clinic, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    class Faulty(SqlVisits):
        looks = 0

        def marks(self, conversation_ids: Sequence[str] | None) -> dict[str, Mark]:
            self.looks += 1
            if self.looks == 1:
                raise LookupError("202-555-0123")
            return super().marks(conversation_ids)

    streams = EventStreams(1, Pace(look=0.01, longest=5))
    stream = streams.events(clinic.store, Faulty(clinic.database, clinic.clock), visitor.id, 1)
    assert next(stream).startswith("retry")
    assert _events(next(stream))[0][0] == "state"
    clinic.desk.claim(visitor.id, clinic.staff())
    assert _events(next(stream))[0][2]["text"] == "Sam has joined."
    assert "live events wait" in caplog.text
    assert "555" not in caplog.text


def test_no_stream_is_open_when_the_setting_is_zero() -> None:
    assert not EventStreams(0).take_place()


def test_visitor_is_told_that_staff_type_when_they_have_the_conversation(
    clinic: Clinic, visitor: Visitor
) -> None:
    sam, alex = clinic.staff(), clinic.staff("Alex")
    clinic.desk.claim(visitor.id, sam)
    streams = EventStreams(1, Pace(look=0.01, longest=5))
    stream = streams.events(clinic.store, SqlVisits(clinic.database), visitor.id, 2)
    assert next(stream).startswith("retry")
    assert _events(next(stream))[0][0] == "state"
    _types(clinic, visitor.id, alex, utc_now())  # looks on: not who answers
    _types(clinic, visitor.id, sam, utc_now())
    assert _events(next(stream)) == [("typing", "", {"staff_name": sam.name})]
    _types(clinic, visitor.id, sam, utc_now() - dt.timedelta(seconds=9))
    assert _events(next(stream)) == [("typing", "", {"staff_name": None})]


def _types(clinic: Clinic, conversation: str, staff: Staff, at: dt.datetime) -> None:
    row = PresenceRow(conversation_id=conversation, account_id=staff.account_id, name=staff.name)
    row.seen_at = row.typing_at = at
    with clinic.database.write() as session:
        session.merge(row)
