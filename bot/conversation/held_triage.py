"""Has triage look at messages that went to staff past the dialogue (ADR 0030).

The messages themselves say what is left to do: nothing is lost when triage, or the process that
asks it, is down for a while.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Final

from bot.conversation.errors import DialogueError, StoreUnavailableError
from bot.conversation.model import DialogueRequest, Message
from bot.conversation.ports import Clock, ConversationStore, FixedReplies, Triage
from bot.conversation.service import utc_now
from bot.conversation.while_held import add_decision

_LOG: Final = logging.getLogger(__name__)
#: How long triage is asked about a message again; after that its holder has long seen it.
_ASKED_FOR: Final = dt.timedelta(hours=1)
_BATCH: Final = 50
_PREVIOUS: Final = 2


class HeldTriage:
    """Looks for messages of held conversations without triage. Several may run at once."""

    def __init__(
        self, store: ConversationStore, triage: Triage, fixed: FixedReplies, clock: Clock = utc_now
    ) -> None:
        self._store, self._triage, self._fixed, self._clock = store, triage, fixed, clock
        self._is_down = False

    def look(self) -> None:
        """Asks triage about each of them.

        Raises:
            StoreUnavailableError: if the database is down.
        """
        for message in self._store.held_without_triage(self._clock() - _ASKED_FOR, _BATCH):
            try:
                self._decide(message)
            except StoreUnavailableError:
                raise
            except DialogueError as error:
                self._note(error.reason)
                if error.reason == "unreachable":
                    return  # the next one would wait as long
            except Exception as error:  # noqa: BLE001 - safety: one bad row hides none behind it
                _LOG.error("message %s gets no triage: %s", message.id, type(error).__name__)

    def _decide(self, message: Message) -> None:
        turn = self._store.turn(message.conversation_id, message.seq, _PREVIOUS)
        decision = self._triage.decide(
            DialogueRequest(
                message.conversation_id, message.text, turn.conversation.channel, turn.previous
            )
        )
        self._is_down = False
        with self._store.locked(message.conversation_id) as held:
            add_decision(held, message, decision, self._fixed, self._clock())

    def _note(self, reason: str) -> None:
        if not self._is_down:  # it is asked again every second: said once
            _LOG.error("triage of held messages waits (%s)", reason)
        self._is_down = True
