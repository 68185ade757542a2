"""A schema-based fuzzer (schemathesis) against the public site in this process."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode

from bot.assembly import Core
from bot.channels.web.app import create_app
from bot.channels.web.streams import EventStreams, Pace
from bot.settings import load_settings
from tests.scripted_dialogue import Clinic, PlainTexts
from tests.web_visitor import API


@dataclass
class Found:
    """What came of it; `problems` holds the first one of each kind."""

    problems: dict[str, str] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    operations: int = 0
    requests: int = 0


@contextmanager
def fuzzed_site(clinic: Clinic, folder: Path) -> Iterator[Flask]:
    """Builds the site with limits that do not stop a fuzzer, and streams that end soon."""
    rates = {f"FAQBOT_LIMIT_{name}": "100000/second" for name in ("VISITOR", "ADDRESS", "STARTS")}
    found = load_settings(
        {"FAQBOT_VAR": str(folder), **rates, "FAQBOT_LIMIT_READS": "100000/second"}
    )
    core = Core(found)
    parts = {"database": clinic.database, "store": clinic.store, "desk": clinic.desk}
    parts |= {"texts": cast(Any, PlainTexts()), "conversations": clinic.conversations}
    vars(core).update(parts)
    streams = EventStreams(4, Pace(look=0.01, heartbeat=0.02, longest=0.05))
    yield create_app(found, core, streams=streams, checks={"database": lambda: True})
    streams.stop()


def fuzz(app: Flask, *, examples: int, minutes: float = 0.0) -> Found:
    """Sends requests that fit the document and requests that do not.

    Args:
        app: the public site.
        examples: requests of each operation in one round.
        minutes: rounds go on for so long; one round by default.
    """
    found = Found()
    end = time.monotonic() + 60 * minutes
    seed = 0
    while seed == 0 or time.monotonic() < end:
        seed += 1
        _round(app, found, examples)
    return found


def _round(app: Flask, found: Found, examples: int) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    schema.config.generation.update(modes=list(GenerationMode))
    operations: list[Any] = [cast(Any, one).ok() for one in schema.get_all_operations()]
    found.operations = len(operations)
    started = app.test_client().post(API, json={}).json
    assert started is not None
    for operation in operations:
        _operation(operation, started, found, examples)


def _operation(operation: Any, started: Any, found: Found, examples: int) -> None:
    strategy = st.one_of(*(operation.as_strategy(generation_mode=m) for m in GenerationMode))

    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=strategy, known=st.integers(0, 3))
    def send(case: Any, known: int) -> None:
        if known and "conversation_id" in case.path_parameters:
            # Most requests are to get past the door.
            case.path_parameters["conversation_id"] = started["id"]
            case.headers["Authorization"] = f"Bearer {started['token']}"
        try:
            response = case.call()
        except ValueError:
            return  # a header that no client can send
        found.requests += 1
        found.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except (Failure, FailureGroup) as problem:
            kind = f"{operation.label} {response.status_code}: {type(problem).__name__}"
            found.problems.setdefault(kind, _shown(problem))

    send()


CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
]


def _shown(problem: BaseException) -> str:
    parts = getattr(problem, "exceptions", None) or [problem]
    return json.dumps([str(part)[:600] for part in parts])
