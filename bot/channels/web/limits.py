"""How often one visitor and one network address may call the API.

A message over a limit is still triaged, and one that means danger is taken in like any other: a
limit must never stand between a person in danger and help. Addresses are kept as keyed hashes.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import secrets
import time
from dataclasses import dataclass
from typing import Final, cast

from flask import request
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.channels.web.problems import ProblemError
from bot.fault import describe
from bot.settings import Settings

_LOG: Final = logging.getLogger(__name__)
_IPV6_SITE: Final = 64
#: Seconds that the store may take, and that it is left alone after it took longer.
_PATIENCE: Final = 0.5
_REST: Final = 5.0


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    items: tuple[RateLimitItem, ...]


class Limiter:
    """Counts calls; in Redis where there is one, else in each process for itself."""

    def __init__(self, settings: Settings) -> None:
        self._storage = _storage(settings)
        self._limiter = MovingWindowRateLimiter(self._storage)
        # Without a key that processes share, addresses are hashed with one of this process.
        self._key = (settings.secret_key or secrets.token_hex(32)).encode()
        rates = {
            "visitor": settings.limit_visitor,
            "address": settings.limit_address,
            "starts": settings.limit_starts,
            "reads": settings.limit_reads,
            "triage": settings.limit_triage,
        }
        self._rules = {name: _Rule(name, tuple(parse_many(rate))) for name, rate in rates.items()}
        self._resting_until = 0.0

    def wait(self, rule: str, who: str) -> float:
        """Counts one call, and returns how many seconds too early it came; 0 if it is in time.

        Args:
            rule: `visitor`, `address`, `starts`, `reads` or `triage`.
            who: a conversation's id, or an address as `address()` gives it.
        """
        found = self._rules[rule]
        if time.monotonic() < self._resting_until:
            return 0.0
        try:
            for item in found.items:
                if not self._limiter.hit(item, rule, who):
                    window = self._limiter.get_window_stats(item, rule, who)
                    return max(1.0, window.reset_time - time.time())
        except Exception as error:  # noqa: BLE001 - whichever store: a limit that cannot be read
            # must not stop a patient, nor hold up the next one.
            self._resting_until = time.monotonic() + _REST
            _LOG.error("limits are not counted for a while: %s", describe(error))
        return 0.0

    def address(self) -> str:
        """Returns a keyed hash of the network address that the request came from."""
        return hmac.new(self._key, _network(request.remote_addr), hashlib.sha256).hexdigest()[:32]


def too_often(seconds: float) -> ProblemError:
    """Returns the problem of a call that came too early."""
    wait = str(int(seconds) + 1)
    title = "There were too many requests in a short time."
    fix = f"Send the same request again in {wait} seconds. In an emergency call 911."
    return ProblemError(429, "too-many-requests", title, fix, headers={"Retry-After": wait})


def _network(address: str | None) -> bytes:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return b"unknown"
    if isinstance(found, ipaddress.IPv6Address):
        # One household has a whole network of these.
        site = ipaddress.ip_network((found, _IPV6_SITE), strict=False)
        return site.network_address.packed
    return found.packed


def _storage(settings: Settings) -> Storage:
    address = settings.redis_url
    if not address:
        return MemoryStorage()
    scheme = "redis+" if address.startswith("unix") else ""
    made = storage_from_string(
        scheme + address,
        key_prefix="faqbot-limits",
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        # Ten tries, as the library would, are a minute that a patient waits.
        retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]  # it takes whatever Redis takes
    )
    return cast(Storage, made)  # only an address that begins with "async" gives the other kind
