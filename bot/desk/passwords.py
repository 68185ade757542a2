"""Passwords: what is accepted, and how they are stored and checked."""

from __future__ import annotations

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.desk.errors import RefusedInputError

SHORTEST: Final = 12
LONGEST: Final = 200
_FEWEST_CHARACTERS: Final = 5
_HASHER: Final = PasswordHasher()
#: Hash of a password that nobody knows, made with the same costs as real ones.
_NOBODYS: Final = _HASHER.hash("\x00")


def checked_password(password: str, *, email: str) -> str:
    """Returns the password unchanged when it may be used.

    Length is what counts (NIST SP 800-63B); the two further rules stop "aaaaaaaaaaaa" and the
    account's own address.

    Raises:
        RefusedInputError: saying what to choose instead.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise RefusedInputError("password", f"Choose {SHORTEST} to {LONGEST} characters.")
    if len(set(password)) < _FEWEST_CHARACTERS:
        raise RefusedInputError("password", "Choose one with more different characters.")
    if email and password.casefold() in (email, email.partition("@")[0]):
        raise RefusedInputError("password", "Choose one that is not your e-mail address.")
    return password


def hash_password(password: str) -> str:
    """Returns the argon2id hash that is stored."""
    return _HASHER.hash(_normal(password))


def matches(password: str, password_hash: str | None) -> bool:
    """Tells whether the password is the one that was hashed.

    Takes as long when there is no hash, so that the time tells nobody which accounts exist.
    """
    usable = len(password) <= LONGEST and password_hash is not None
    try:
        _HASHER.verify(password_hash or _NOBODYS, _normal(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return usable


def is_outdated(password_hash: str) -> bool:
    """Tells whether the hash was made with other costs than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def _normal(password: str) -> str:
    # Keyboards write the same accented letter in two ways; a lone surrogate cannot be hashed.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode()
