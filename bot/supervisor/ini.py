"""supervisord's configuration, generated from the processes."""

from __future__ import annotations

import configparser
import hashlib
import io
import os
import shlex
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from bot.setting_values import ROOT
from bot.supervisor.processes import STOP_SECONDS, Process

GROUP: Final = "faqbot"
#: A process that ends sooner is started again with a growing delay, later ones at once.
START_SECONDS: Final = 5
_START_RETRIES: Final = 10
_LOG_BYTES: Final = "10MB"
_LOG_FILES: Final = "5"
# The shortest limit of the systems that this runs on, less some room.
_LONGEST_SOCKET: Final = 100


def socket_path(var: Path) -> Path:
    """Returns where supervisord listens: below `var`, or a short path where that is too long."""
    path = var / "run" / "supervisor.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET:
        return path
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"faqbot-{os.getuid()}-{name}.sock"


def render(processes: Iterable[Process], var: Path) -> str:
    """Returns the configuration: one group, so that all are stopped at the same time.

    Args:
        processes: what is kept running.
        var: where logs, the socket and the pid file go.
    """
    processes = tuple(processes)
    socket = _escaped(socket_path(var))
    parser = configparser.RawConfigParser()
    parser["unix_http_server"] = {"file": socket, "chmod": "0700"}
    parser["supervisord"] = {
        "nodaemon": "true",
        "silent": "false",
        "logfile": _escaped(var / "log" / "supervisord.log"),
        "logfile_maxbytes": _LOG_BYTES,
        "logfile_backups": _LOG_FILES,
        "pidfile": _escaped(var / "run" / "supervisord.pid"),
        "childlogdir": _escaped(var / "log"),
        "directory": _escaped(ROOT),
    }
    if os.geteuid() == 0:
        parser["supervisord"]["user"] = (
            "root"  # said on purpose, or supervisord warns at every start
        )
    parser["rpcinterface:supervisor"] = {
        "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
    }
    parser["supervisorctl"] = {"serverurl": f"unix://{socket}"}
    parser[f"group:{GROUP}"] = {"programs": ",".join(process.name for process in processes)}
    for process in processes:
        parser[f"program:{process.name}"] = _program(process, var)
    text = io.StringIO()
    parser.write(text)
    return text.getvalue()


def _program(process: Process, var: Path) -> dict[str, str]:
    return {
        "command": _escaped(shlex.join(process.command)),
        "autorestart": "true",
        "startsecs": str(START_SECONDS),
        "startretries": str(_START_RETRIES),
        "stopwaitsecs": str(STOP_SECONDS),
        # A process is stopped with everything that it started.
        "stopasgroup": "true",
        "killasgroup": "true",
        "redirect_stderr": "true",
        # Twice: supervisor 4.3 expands this value two times.
        "stdout_logfile": _escaped(_escaped(process.log(var))),
        "stdout_logfile_maxbytes": _LOG_BYTES,
        "stdout_logfile_backups": _LOG_FILES,
    }


def _escaped(value: object) -> str:
    # supervisord expands %(name)s in every value.
    return str(value).replace("%", "%%")
