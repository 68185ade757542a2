"""Sessions of dialogues sealed at rest: nobody reads them without the data keys (ADR 0019)."""

from __future__ import annotations

from typing import Final

from bot.dialogue.session_rows import SessionRows
from bot.dialogue.settings import load_dialogue_settings
from bot.sealing import Sealer

#: What sealed sessions are bound to; `faqbot reseal` knows it too.
PLACE: Final = "dialogues.sessions"


class SealedRows:
    """Wraps rows: their events are sealed when they are written and opened when they are read."""

    def __init__(self, rows: SessionRows, sealer: Sealer | None = None) -> None:
        """Takes the keys of this process.

        Args:
            rows: where the sealed events lie.
            sealer: what seals; without one, made of `FAQBOT_DATA_KEYS`.
        """
        self._rows = rows
        self._sealer = sealer or Sealer(load_dialogue_settings().require_data_keys())

    def version(self, sender_id: str) -> int | None:
        """Returns the version of a conversation's row, None without one."""
        return self._rows.version(sender_id)

    def row(self, sender_id: str) -> tuple[int, str] | None:
        """Returns (version, events), also of a row from before rows were sealed."""
        found = self._rows.row(sender_id)
        if found is None or found[1].startswith("["):
            return found
        return found[0], self._sealer.open(found[1], PLACE)

    def save(self, sender_id: str, version: int, events: str, at: float) -> None:
        """Writes a row in the place of the one before."""
        self._rows.save(sender_id, version, self._sealer.seal(events, PLACE), at)

    def senders(self) -> list[str]:
        """Returns every conversation."""
        return self._rows.senders()
