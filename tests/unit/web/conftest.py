"""The public site on a real SQLite file, with a scripted dialogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.assembly import Core
from bot.channels.web.app import create_app
from bot.channels.web.streams import EventStreams, Pace
from bot.settings import load_settings
from tests.scripted_dialogue import Clinic, PlainTexts, sqlite_clinic
from tests.web_visitor import API, Visitor


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with sqlite_clinic(tmp_path) as made:
        yield made


@pytest.fixture
def streams() -> EventStreams:
    return EventStreams(2, Pace(look=0.01, heartbeat=0.05, longest=0.3))


@pytest.fixture
def checks() -> dict[str, bool]:
    return {"database": True, "rasa": True}


@pytest.fixture
def app(clinic: Clinic, tmp_path: Path, streams: EventStreams, checks: dict[str, bool]) -> Flask:
    environ = {"FAQBOT_VAR": str(tmp_path), "FAQBOT_LIMIT_VISITOR": "1000/minute"}
    settings = load_settings({**environ, "FAQBOT_LIMIT_ADDRESS": "1000/minute"})
    core = Core(settings)
    parts = {
        "database": clinic.database,
        "store": clinic.store,
        "texts": cast(Any, PlainTexts()),
        "conversations": clinic.conversations,
        "desk": clinic.desk,
    }
    vars(core).update(parts)
    looks = {name: (lambda name=name: checks[name]) for name in checks}
    return create_app(settings, core, streams=streams, checks=cast(Any, looks))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    started = client.post(API, json={}).json
    assert started is not None
    return Visitor(client, started["id"], started["token"])
