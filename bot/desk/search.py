"""Finding conversations by their words, which the database holds sealed.

The database cannot look into what is sealed, and an index of words beside it would tell a thief
of the database most of them (ADR 0019). So the words of cases are opened once and kept in this
process's memory; a conversation is read again only after something was added to it or deleted.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from bot.adapters.database import Database
from bot.adapters.database.models import CaseNoteRow, ContactRow, MessageRow

#: Conversations whose words are kept: some 60 MB. Further ones are opened at each search.
_MOST: Final = 50_000
_BATCH: Final = 500
_COLUMNS: Final[tuple[tuple[Any, Any], ...]] = (
    (MessageRow.conversation_id, MessageRow.text),
    (CaseNoteRow.conversation_id, CaseNoteRow.text),
    (ContactRow.conversation_id, ContactRow.value),
)


class WordSearch:
    """Looks for words in messages, notes and contact details."""

    def __init__(self, database: Database) -> None:
        self._database = database
        #: Version and lower-case words, by conversation.
        self._kept: dict[str, tuple[int, str]] = {}
        self._lock = threading.Lock()

    def mentioning(self, words: str, among: Iterable[tuple[str, int]]) -> frozenset[str]:
        """Returns which conversations hold these words, in any case, one after the other.

        Args:
            words: what must occur.
            among: conversations and their present versions.
        """
        wanted, listed = words.casefold(), dict(among)
        with self._lock:  # several who search at once open everything once
            texts = self._texts(listed)
        return frozenset(of for of, text in texts.items() if wanted in text)

    def _texts(self, listed: dict[str, int]) -> dict[str, str]:
        kept = {of: self._kept.get(of, (-1, "")) for of in listed}
        known = {of: text for of, (version, text) in kept.items() if version == listed[of]}
        missing = [of for of in listed if of not in known]
        for start in range(0, len(missing), _BATCH):
            known |= self._opened(missing[start : start + _BATCH])
        if len(self._kept) + len(known) > _MOST:
            self._kept.clear()
        self._kept |= {of: (listed[of], known[of]) for of in itertools.islice(known, _MOST)}
        return known

    def _opened(self, conversations: Sequence[str]) -> dict[str, str]:
        found: dict[str, list[str]] = {of: [] for of in conversations}
        with self._database.read() as session:
            for key, column in _COLUMNS:
                for of, text in session.execute(sa.select(key, column).where(key.in_(found))):
                    found[of].append(text or "")
        return {of: "\n".join(texts).casefold() for of, texts in found.items()}
