"""Texts outside of any conversation, such as a page to a member of staff.

They are handed over at once, by whoever calls, and at most once for each key. Consent, quiet hours
and the order of a conversation are no matter of theirs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping

from bot.adapters.database.engine import Database
from bot.adapters.database.models import SmsNoticeRow
from bot.adapters.sms.interfaces import Provider
from bot.conversation.errors import TextNotSentError
from bot.conversation.ports import Clock
from bot.conversation.service import utc_now
from bot.conversation.texting.model import (
    Accepted,
    Lost,
    Numbers,
    OutgoingText,
    SendResult,
    TextState,
)


class NoticeTexts:
    """Sends texts through the first gateway that is configured."""

    def __init__(
        self,
        database: Database,
        providers: Mapping[str, Provider],
        senders: Mapping[str, str],
        clock: Clock = utc_now,
    ) -> None:
        """Prepares it.

        Args:
            database: where it is remembered which keys were sent.
            providers: by the gateway's name; the first one is used.
            senders: the clinic's number of each gateway.
            clock: the current time.
        """
        self._database, self._providers, self._senders = database, providers, senders
        self._clock = clock

    def send(self, to: str, text: str, key: str) -> None:
        """Hands a text over for sending, at most once for each key.

        Args:
            to: the number, in E.164 form.
            text: what is sent.
            key: repeats of a send that may have worked carry the same key.

        Raises:
            TextNotSentError: if it could not be handed over; the same call may succeed later.
        """
        gateway = next(iter(self._providers), None)
        if gateway is None:
            raise TextNotSentError("no provider of text messages is set up")
        ref, at = hashlib.sha256(key.encode()).hexdigest()[:32], self._clock()
        known = self._begun(ref, gateway, to, at)
        numbers = Numbers(gateway, self._senders[gateway], to)
        outgoing = _outgoing(ref, numbers, text, at if known is None else known)
        provider = self._providers[gateway]
        if known is None:
            self._take(ref, provider.send(outgoing), at)
        elif self._is_open(ref):
            self._settle(ref, provider, outgoing, at)

    def _begun(self, ref: str, gateway: str, to: str, at: dt.datetime) -> dt.datetime | None:
        """Remembers the key before anything is sent; returns since when it was known."""
        with self._database.write() as session:
            row = session.get(SmsNoticeRow, ref)
            if row is not None:
                return row.at
            state = TextState.SENDING.value
            session.add(SmsNoticeRow(ref=ref, gateway=gateway, number=to, state=state, at=at))
        return None

    def _is_open(self, ref: str) -> bool:
        with self._database.read() as session:
            return session.get_one(SmsNoticeRow, ref).state == TextState.SENDING.value

    def _settle(self, ref: str, provider: Provider, text: OutgoingText, at: dt.datetime) -> None:
        """Finishes what an earlier call left open."""
        if provider.is_idempotent:
            self._take(ref, provider.send(text), at)
            return
        found = provider.find(text, frozenset())
        if found is None:
            self._take(ref, provider.send(text), at)
        elif isinstance(found, Accepted):
            self._take(ref, found, at)
        else:
            raise TextNotSentError("whether the text was sent could not be found out")

    def _take(self, ref: str, result: SendResult, at: dt.datetime) -> None:
        if isinstance(result, Lost):
            raise TextNotSentError(result.reason)  # open: the next call looks it up
        with self._database.write() as session:
            row = session.get_one(SmsNoticeRow, ref)
            if isinstance(result, Accepted):
                row.state, row.provider_id, row.at = TextState.SENT.value, result.provider_id, at
                return
            session.delete(row)
        raise TextNotSentError(getattr(result, "reason", None) or f"refused: {result}")


def _outgoing(ref: str, numbers: Numbers, text: str, since: dt.datetime) -> OutgoingText:
    return OutgoingText(
        id=0,
        ref=ref,
        message_id="",
        conversation_id="",
        numbers=numbers,
        body=text,
        urgent=False,
        exempt=True,
        may_wait=False,
        state=TextState.SENDING,
        attempts=1,
        look_ups=0,
        provider_id=None,
        created_at=since,
        attempted_at=since,
    )
