"""Gunicorn's configuration, for `-c python:bot.channels.web.gunicorn`.

Everything comes from the settings; options on the command line come before these.
"""

from __future__ import annotations

import os
import resource
from typing import Any, Final

from bot.settings import load_settings

_settings: Final = load_settings()

bind = str(_settings.web_bind)
workers = _settings.web_workers
worker_class = "gthread"
threads = _settings.web_threads
# As many as threads, and those who wait for one: open streams keep theirs.
worker_connections = 2 * _settings.web_threads
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

# Every open stream is an open file.
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
_wanted: Final = 2 * worker_connections + 1024
if _soft != resource.RLIM_INFINITY and _soft < _wanted:
    _most = _wanted if _hard == resource.RLIM_INFINITY else min(_wanted, _hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(_soft, _most), _hard))

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
