"""The keys of one database: what its sealed columns are written and read with."""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Callable
from typing import Final

from bot.sealing import LASTING_KEY, LastingSealer, Sealer

#: The row, and the place, of the key that stays.
LASTING: Final = "lasting"
LASTING_PLACE: Final = "sealing_keys.sealed"


class Vault:
    """Seals with the data keys, and with the lasting key that they seal in the database."""

    def __init__(self, secrets: tuple[str, ...], stored_key: Callable[[], str]) -> None:
        """Prepares the data keys; the lasting key is read when it is first needed.

        Args:
            secrets: the data keys, the newest first.
            stored_key: reads the sealed lasting key from the database.
        """
        self.sealer = Sealer(secrets)
        self._stored_key = stored_key
        self._lasting: LastingSealer | None = None
        self._reading = threading.Lock()

    @property
    def lasting(self) -> LastingSealer:
        """What seals phone numbers and the record of consent.

        Raises:
            SealingError: if the data keys do not open the stored key.
        """
        with self._reading:
            if self._lasting is None:
                self._lasting = opened_key(self.sealer, self._stored_key())
            return self._lasting

    def forget(self) -> None:
        """Reads the lasting key again when it is next needed, because it was changed."""
        with self._reading:
            self._lasting = None


def new_key(sealer: Sealer) -> str:
    """Returns a new lasting key as it is stored."""
    return sealer.seal(base64.b64encode(os.urandom(LASTING_KEY)).decode(), LASTING_PLACE)


def opened_key(sealer: Sealer, stored: str) -> LastingSealer:
    """Returns the sealer of a stored key.

    Raises:
        SealingError: if the data keys do not open it.
    """
    return LastingSealer(base64.b64decode(sealer.open(stored, LASTING_PLACE)))
