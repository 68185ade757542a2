"""Secrets that open a conversation; only their hash is stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_token() -> str:
    """Returns a token with 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Returns what is stored; the token is random, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def matches(token: str, token_hash: str | None) -> bool:
    """Tells whether the token is the one that was hashed, in constant time."""
    return token_hash is not None and hmac.compare_digest(hash_token(token), token_hash)
