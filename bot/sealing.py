"""Sealing what must not be readable in a stolen database, with keys that can be changed.

Also Rasa's process seals with it, so it needs no more than Python 3.10 and `cryptography`.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

#: What every sealed text begins with; no JSON object does.
SEALED: Final = "s1."
_LASTING: Final = "n1."
_SALT: Final = b"faqbot sealed text"
_NONCE: Final = 12
_SIV_NONCE: Final = 16
#: Bytes of the key of a `LastingSealer`.
LASTING_KEY: Final = 64


class SealingError(Exception):
    """Something stored cannot be opened: the key that sealed it is missing, or it was changed."""

    def __init__(self, place: str) -> None:
        """Names where it stands, such as `messages.text`; never what."""
        self.place = place
        super().__init__(
            f"FAQBOT_DATA_KEYS: does not open {place}; add the key that was used before, behind"
            " the new one"
        )


class Sealer:
    """Seals with the first key; opens what any of the keys sealed (AES-256-GCM).

    A sealed text names its key, and is bound to the column it stands in: moved elsewhere, or
    changed, it does not open.
    """

    def __init__(self, secrets: tuple[str, ...]) -> None:
        """Prepares the keys.

        Args:
            secrets: long random texts, the newest first.
        """
        keys = [_derived(secret) for secret in secrets]
        names = [hashlib.sha256(key).hexdigest()[:8] for key in keys]
        self._keys = {name: AESGCM(key) for name, key in zip(names, keys, strict=True)}
        self._newest = names[0]

    @property
    def prefix(self) -> str:
        """What everything begins with that the newest key sealed."""
        return f"{SEALED}{self._newest}."

    def seal(self, text: str, place: str) -> str:
        """Returns the text as it may be stored at a place, such as `messages.text`."""
        nonce = os.urandom(_NONCE)
        sealed = self._keys[self._newest].encrypt(nonce, text.encode(), place.encode())
        return self.prefix + _encoded(nonce + sealed)

    def open(self, sealed: str, place: str) -> str:
        """Returns what was sealed.

        Raises:
            SealingError: if no key fits, or it was changed or moved here from another place.
        """
        name, _, rest = sealed[len(SEALED) :].partition(".")
        key = self._keys.get(name)
        if key is None or not sealed.startswith(SEALED):
            raise SealingError(place)
        try:
            raw = base64.urlsafe_b64decode(rest)
            return key.decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise SealingError(place) from error


class LastingSealer:
    """Seals with one key that stays: what is looked up, or may not be written anew (AES-SIV).

    The key itself is stored, sealed by a `Sealer`: so the data keys can be changed while these
    values stay as they are.
    """

    def __init__(self, key: bytes) -> None:
        """Prepares the key, which has `LASTING_KEY` bytes."""
        self._siv = AESSIV(key)

    def seal_number(self, number: str) -> str:
        """Returns the same for the same number, so that it can be looked up."""
        return _LASTING + _encoded(self._siv.encrypt(number.encode(), [b"number"]))

    def open_number(self, sealed: str) -> str:
        """Returns the number.

        Raises:
            SealingError: if it was sealed with another key, or changed.
        """
        return self._opened(sealed, [b"number"], "a number")

    def seal_words(self, text: str, place: str) -> str:
        """Returns a text as it may be stored for good; never the same twice."""
        nonce = os.urandom(_SIV_NONCE)
        sealed = self._siv.encrypt(text.encode() or b"\0", [place.encode(), nonce])
        return _LASTING + _encoded(nonce + sealed)

    def open_words(self, sealed: str, place: str) -> str:
        """Returns the text.

        Raises:
            SealingError: if it was sealed with another key, or changed.
        """
        opened = self._opened(sealed, [place.encode()], place, nonce=_SIV_NONCE)
        return "" if opened == "\0" else opened

    def _opened(self, sealed: str, bound: list[bytes], place: str, nonce: int = 0) -> str:
        if not sealed.startswith(_LASTING):
            raise SealingError(place)
        try:
            raw = base64.urlsafe_b64decode(sealed[len(_LASTING) :])
            if nonce:
                bound = [*bound, raw[:nonce]]
            return self._siv.decrypt(raw[nonce:], bound).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise SealingError(place) from error


@functools.lru_cache(maxsize=32)
def _derived(secret: str) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=_SALT, n=2**12, r=8, p=1, dklen=32)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()
