"""Starts the action server: `python -m actions`."""

from __future__ import annotations

import logging
import os
import socket
import sys
import warnings

from actions.errors import ActionsError, ActionSettingsError
from actions.server import LiveTriage, build_app
from actions.settings import load_action_settings
from knowledge.errors import KnowledgeError
from knowledge.runtime import open_live

logger = logging.getLogger(__name__)


def main() -> int:
    """Loads everything, then serves until it is told to stop. Returns the exit code."""
    try:
        settings = load_action_settings()
        _configure_logging(settings.log_level)
        _check_free(settings.host, settings.port)
        live = open_live(settings.places)
    except (ActionsError, KnowledgeError) as error:
        print(error, file=sys.stderr)
        return 1
    # The first call of a model is the slowest; it must not be a visitor's.
    live.current.triage.decide("Is ketamine safe?")
    app = build_app(lambda: live.current.library, LiveTriage(live))
    live.follow()
    faqs = len(live.current.library.faqs)
    logger.info("Serving %d FAQs on %s:%d", faqs, settings.host, settings.port)
    # One process: the model is held once, and Sanic's worker manager would start a second.
    app.run(settings.host, settings.port, single_process=True, access_log=False, motd=False)
    return 0


def _check_free(host: str, port: int) -> None:
    """Refuses a taken port at once, before anything large is loaded."""
    try:
        socket.create_server((host, port), reuse_port=False).close()
    except OSError as error:
        raise ActionSettingsError(
            f"FAQBOT_ACTIONS_BIND: {host}:{port}: {os.strerror(error.errno or 0)};"
            " stop what listens there or give another port"
        ) from error


def _configure_logging(level: str) -> None:
    logging.basicConfig(level=level, format="%(levelname)s %(name)s %(message)s")
    # rasa-sdk tells at every call that Rasa is older than itself; that is on purpose.
    warnings.filterwarnings("ignore", message="Your versions of rasa")


if __name__ == "__main__":
    sys.exit(main())
