"""Makes sure that one folder is served by one supervisor."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from bot.supervisor.errors import AlreadyRunningError, FolderError


@contextlib.contextmanager
def only_instance(var: Path) -> Iterator[None]:
    """Holds `var` for this process; the lock ends with the process, however it ends.

    Raises:
        AlreadyRunningError: if another one holds it; names its process id.
        FolderError: if it cannot be written, as after a start by another user.
    """
    with _lock_file(var / "run" / "up.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            pid = lock.read().strip() or "unknown"
            raise AlreadyRunningError(
                f"the service already runs here (pid {pid}): stop it with Ctrl-C in its"
                f" terminal, or with `kill {pid}`"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _lock_file(file: Path) -> TextIO:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.open("a+", encoding="ascii")
    except OSError as error:
        raise FolderError(error) from error
