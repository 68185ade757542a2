"""One running service for all tests here that do no harm to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.http_visitor import HttpVisitor
from tests.e2e.running_service import RunningService


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    with RunningService.started(tmp_path_factory.mktemp("service") / "var") as running:
        yield running


@pytest.fixture
def visitor(service: RunningService) -> Iterator[HttpVisitor]:
    visitor = HttpVisitor(service.web)
    yield visitor
    visitor.close()
