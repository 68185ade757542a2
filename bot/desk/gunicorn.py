"""Gunicorn's configuration, for `-c python:bot.desk.gunicorn`.

Everything comes from the settings; options on the command line come before these.
"""

from __future__ import annotations

from typing import Any, Final

from bot.settings import load_settings

_settings: Final = load_settings()

bind = str(_settings.desk_bind)
workers = 1
worker_class = "gthread"
threads = _settings.desk_threads
graceful_timeout = 6
timeout = 60
# Longer than a proxy keeps its connections, so that a request never meets a closing one.
keepalive = 75
accesslog = None  # its lines would hold the addresses of one-time links
errorlog = "-"
# Below the info level gunicorn logs every path: one-time links, conversations.
loglevel = "info" if _settings.log_level == "debug" else _settings.log_level
control_socket_disable = True
limit_request_line = 4094
limit_request_fields = 60


def post_worker_init(worker: Any) -> None:
    """Lets live pages end as soon as the worker is told to stop."""
    from bot.desk.site import EXTENSION

    worker.wsgi.extensions[EXTENSION].changes.is_alive = lambda: worker.alive
