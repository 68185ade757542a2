"""Visitors of the website: consent, and conversations that a verified visitor takes along."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final, Protocol

from bot.conversation.errors import ConversationNotFoundError, InvalidInputError
from bot.conversation.model import Channel, Message
from bot.conversation.ports import Clock, ConversationStore
from bot.conversation.service import Conversations, Started, utc_now
from bot.conversation.tokens import hash_token, new_token

_LONGEST_LIFE: Final = dt.timedelta(hours=24)


class VisitStore(Protocol):
    """Where visits are kept; every method raises StoreUnavailableError when it is down."""

    def has_token(self, conversation_id: str, token_hash: str) -> bool:
        """Tells whether a further token opens the conversation."""
        ...

    def add_token(self, conversation_id: str, token_hash: str, at: dt.datetime) -> None:
        """Lets a further token open the conversation."""
        ...

    def conversation_of(self, visitor_key: str) -> str | None:
        """Returns the conversation that a verified visitor goes on with."""
        ...

    def give(
        self, visitor_key: str, conversation_id: str, instead_of: str | None, at: dt.datetime
    ) -> str:
        """Makes a conversation the visitor's, and returns whose turn it is.

        Args:
            visitor_key: the visitor.
            conversation_id: the conversation that was started for them.
            instead_of: the one that they had; another device may have been quicker.
            at: now.
        """
        ...

    def note_consent(self, conversation_id: str, notice_sha256: str, at: dt.datetime) -> None:
        """Keeps that the visitor accepted the notice."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a visitor is to the clinic's own site, which signed it.

    Attributes:
        user: the site's own name for the visitor, such as an account's number.
        expires: until when the signature counts, in seconds since 1970.
        signature: HMAC-SHA256 of "user newline expires", in hexadecimal digits.
    """

    user: str
    expires: int
    signature: str


def sign(key: str, user: str, expires: int) -> str:
    """Returns what the clinic's site sends along with a visitor's name."""
    return hmac.new(key.encode(), f"{user}\n{expires}".encode(), hashlib.sha256).hexdigest()


def visitor_key_of(identity: Identity, keys: tuple[str, ...], now: dt.datetime) -> str:
    """Returns the hash under which a verified visitor is known here.

    Args:
        identity: what the site signed.
        keys: the keys that count, the newest first; the oldest one also gives the hash, so that a
            new key in front loses nobody.
        now: the present moment.

    Raises:
        InvalidInputError: if it is not signed with one of the keys, or not for now.
    """
    if not keys:
        fix = "This clinic has no verified visitors; leave it out."
        raise InvalidInputError("identity-invalid", "identity", fix)
    expected = [sign(key, identity.user, identity.expires) for key in keys]
    given = identity.signature.encode()
    # A list, not a generator: every key is tried, so that the time does not tell which one fits.
    if not any([hmac.compare_digest(one.encode(), given) for one in expected]):  # noqa: C419
        # Every key is compared: how long it takes tells nothing.
        fix = "The signature does not fit; sign the user and the time with the clinic's key."
        raise InvalidInputError("identity-invalid", "identity.signature", fix)
    left = identity.expires - now.timestamp()
    if not 0 < left <= _LONGEST_LIFE.total_seconds():
        fix = "Sign anew, for at most 24 hours from now."
        raise InvalidInputError("identity-expired", "identity.expires", fix)
    known_as = f"verified visitor\n{identity.user}".encode()
    return hmac.new(keys[-1].encode(), known_as, hashlib.sha256).hexdigest()


class Visits:
    """Starts and opens conversations on the website."""

    def __init__(
        self,
        visits: VisitStore,
        conversations: Conversations,
        store: ConversationStore,
        clock: Clock = utc_now,
    ) -> None:
        self._visits, self._conversations, self._store = visits, conversations, store
        self._clock = clock

    def begin(
        self, language: str, *, visitor_key: str | None = None, consent: bool = False
    ) -> Started:
        """Starts a conversation, or goes on with the one that a verified visitor has."""
        known = None if visitor_key is None else self._visits.conversation_of(visitor_key)
        if known is not None and self._goes_on(known):
            return self._join(known)
        started = self._conversations.start(Channel.WEB, language)
        at = self._clock()
        if consent:
            notice = hashlib.sha256(started.notice.text.encode()).hexdigest()
            self._visits.note_consent(started.conversation.id, notice, at)
        if visitor_key is None:
            return started
        theirs = self._visits.give(visitor_key, started.conversation.id, known, at)
        return started if theirs == started.conversation.id else self._join(theirs)

    def opens(self, conversation_id: str, token: str) -> bool:
        """Tells whether a visitor's token opens the conversation.

        Raises:
            ConversationNotFoundError: if there is no such conversation.
        """
        if self._conversations.opens(conversation_id, token):
            return True
        if not self._visits.has_token(conversation_id, hash_token(token)):
            return False
        return not self._conversations.is_idle(conversation_id)

    def _goes_on(self, conversation_id: str) -> bool:
        try:
            return not self._conversations.is_idle(conversation_id)
        except ConversationNotFoundError:
            return False

    def _join(self, conversation_id: str) -> Started:
        token = new_token()
        self._visits.add_token(conversation_id, hash_token(token), self._clock())
        conversation = self._store.conversation(conversation_id)
        return Started(conversation, token, self._first(conversation_id))

    def _first(self, conversation_id: str) -> Message:
        return self._store.messages(conversation_id, 0, 1)[0]
