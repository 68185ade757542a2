"""Whose turn it is to write to SQLite, across processes.

SQLite lets one writer in at a time. It makes the others guess when to ask again, with sleeps that
grow to 100 ms, so a process that writes seldom starves beside one that writes all the time. Here
processes queue: whoever waits holds the turnstile, so that the one that just wrote cannot push in
again before it.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bot.conversation.errors import StoreUnavailableError

_POLL: Final = 0.001


class WritersTurn:
    """Lets one thread of one process write at a time, roughly in the order of coming.

    The locks are the operating system's: they end with the process that holds them.
    """

    def __init__(self, database: Path, patience: float) -> None:
        """Names the lock files, beside the database.

        Args:
            database: the SQLite file.
            patience: seconds after which waiting is given up.
        """
        self._files = [database.with_name(f"{database.name}-{n}") for n in ("next", "turn")]
        self._patience = patience
        self._gate = threading.Lock()
        self._held: list[int] = []

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Waits for the turn and keeps it until the block ends.

        Raises:
            StoreUnavailableError: if others write for too long.
        """
        deadline = time.monotonic() + self._patience
        if not self._gate.acquire(timeout=self._patience):
            raise StoreUnavailableError("too many writers")
        try:
            turnstile, turn = self._descriptors()
            _lock(turnstile, deadline)
            try:
                _lock(turn, deadline)
            finally:
                fcntl.flock(turnstile, fcntl.LOCK_UN)
            try:
                yield
            finally:
                fcntl.flock(turn, fcntl.LOCK_UN)
        finally:
            self._gate.release()

    def close(self) -> None:
        """Closes the lock files."""
        with self._gate:
            while self._held:
                os.close(self._held.pop())

    def _descriptors(self) -> list[int]:
        if not self._held:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            try:
                self._held = [os.open(file, flags, 0o600) for file in self._files]
            except OSError as error:
                raise StoreUnavailableError(type(error).__name__) from error
        return self._held


def _lock(descriptor: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise StoreUnavailableError("too many writers") from None
            time.sleep(_POLL)
        else:
            return
