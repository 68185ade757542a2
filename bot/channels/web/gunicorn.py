"""Gunicorn's configuration, for `-c python:bot.channels.web.gunicorn`.

Everything comes from the settings; options on the command line come before these.
"""

from __future__ import annotations

import os
from typing import Any, Final

from bot.settings import load_settings

_settings: Final = load_settings()

bind = str(_settings.web_bind)
workers = _settings.web_workers
worker_class = "gthread"
threads = _settings.web_threads
graceful_timeout = 6
timeout = 60
# Longer than a proxy keeps its connections, so that a request never meets a closing one.
keepalive = 75
max_requests = 0
accesslog = None  # its lines would hold the addresses of patients
errorlog = "-"
# Below the info level gunicorn logs every path: one-time links, conversations.
loglevel = "info" if _settings.log_level == "debug" else _settings.log_level
control_socket_disable = True
limit_request_line = 4094
limit_request_fields = 60

if workers > 1:
    _figures = _settings.var / "metrics"
    _figures.mkdir(parents=True, exist_ok=True)
    for _file in _figures.glob("*.db"):  # of processes that are gone
        _file.unlink()
    # Read when prometheus_client is imported, so it must not have been imported before.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_figures)


def post_worker_init(worker: Any) -> None:
    """Lets event streams end as soon as the worker is told to stop."""
    from bot.channels.web.site import EXTENSION

    worker.wsgi.extensions[EXTENSION].streams.is_alive = lambda: worker.alive


def child_exit(_server: Any, worker: Any) -> None:
    """Forgets the open streams of a process that is gone."""
    if workers > 1:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
