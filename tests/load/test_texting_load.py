"""The whole load: run by itself, `pytest tests/load -s`; its figures stand in docs/sms.md."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.running_service import RunningService
from tests.postgresql_server import running_server
from tests.texting_load import Load, Plan, check_load, run_load


@contextlib.contextmanager
def _database(kind: str) -> Iterator[dict[str, str]]:
    """Yields the settings of a database of the test's own."""
    if kind == "sqlite":
        yield {}
        return
    with running_server() as server:
        yield {"FAQBOT_DATABASE_URL": server.create()}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_text_has_one_reply_or_case_when_a_thousand_come_and_the_worker_dies_twice(
    tmp_path: Path, kind: str
) -> None:
    with (
        _database(kind) as settings,
        RunningService.started(tmp_path / "var", **settings) as service,
    ):
        print(f"\n{kind}, machine's load before {os.getloadavg()}")
        load = run_load(service, Plan(texts=1000, numbers=300, seconds=20), limit=600)
        _print_figures(load)
        print(f"outcomes {check_load(service, load)}")


def _print_figures(load: Load) -> None:
    print(f"machine's load after {os.getloadavg()}")
    print(f"redelivered {load.delivered}, all handled in {load.took:.1f} s")
    for share in (0.5, 0.95, 0.99):
        print(f"webhook p{share * 100:.0f}: {load.latency(share) * 1000:.1f} ms")
    print(f"answered by the site itself within seconds: {load.served}")
    print(f"longest: {load.latency(1) * 1000:.1f} ms")
