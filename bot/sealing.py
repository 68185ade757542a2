"""Sealing what must not be readable in a stolen database, with keys that can be changed."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.settings import Settings, SettingsError

_INFO: Final = b"faqbot data key"


class Sealer:
    """Seals with the first key; opens what any of the keys sealed."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        """Prepares the keys.

        Args:
            keys: long random texts, the newest first.
        """
        self._fernet = MultiFernet([Fernet(_key(key)) for key in keys])

    @classmethod
    def of(cls, settings: Settings) -> Sealer:
        """Returns the sealer of the settings.

        Raises:
            SettingsError: in production, when no key is set.
        """
        return cls(settings.require_data_keys())

    def seal(self, text: str) -> str:
        """Returns the text as it may be stored."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Returns what was sealed.

        Raises:
            SettingsError: if no key fits: the key that sealed it is missing from the settings.
        """
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            fix = "add the key that was used before, behind the new one"
            raise SettingsError("FAQBOT_DATA_KEYS", "does not open stored data", fix) from error

    def renewed(self, sealed: str) -> str:
        """Returns the same text sealed with the newest key."""
        return self._fernet.rotate(sealed).decode()


def _key(secret: str) -> bytes:
    derived = hashlib.scrypt(secret.encode(), salt=_INFO, n=2**12, r=8, p=1, dklen=32)
    return base64.urlsafe_b64encode(derived)
