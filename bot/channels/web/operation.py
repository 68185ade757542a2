"""What operators and their tools ask: alive, ready, figures."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from bot.channels.web.auth import open_to_anyone
from bot.channels.web.metrics import CONTENT_TYPE
from bot.channels.web.schemas import Health, Readiness
from bot.channels.web.site import current_site

operation: Final = Blueprint("operation", __name__)


@operation.get("/healthz")
@open_to_anyone
def healthz() -> Response:
    """Says that the process answers."""
    return Response(Health(status="ok").model_dump_json(), mimetype="application/json")


@operation.get("/readyz")
@open_to_anyone
def readyz() -> Response:
    """Says whether database, dialogue, actions and worker are there.

    Visitors are served either way: without them they get the holding reply, or are told that
    the service is busy.
    """
    checks = {name: check() for name, check in current_site().checks.items()}
    view = Readiness(
        status="ready" if all(checks.values()) else "not ready",
        checks={name: "ok" if passed else "failing" for name, passed in checks.items()},
    )
    status = 200 if all(checks.values()) else 503
    return Response(view.model_dump_json(), status=status, mimetype="application/json")


@operation.get("/metrics")
@open_to_anyone
def metrics() -> Response:
    """Returns figures for Prometheus."""
    return Response(current_site().metrics.exposition(), content_type=CONTENT_TYPE)
