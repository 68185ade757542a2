"""The approved texts that need no model, from the knowledge room."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from knowledge.decision import Category, Tier
from knowledge.lexicon import Lexicon
from knowledge.library import load_library
from knowledge.library.models import Library
from knowledge.reply import Kind, Reply, escalation_reply, holding_reply, message_reply

#: The one text about texting that answers a message; the others may be sent after an opt-out.
PICTURE: Final = "sms_picture"


class ApprovedTexts:
    """Implements `bot.conversation.ports.FixedReplies` with the clinic's library."""

    def __init__(self, library: Library, lexicon: Lexicon) -> None:
        self._library, self._lexicon = library, lexicon

    @classmethod
    def load(cls, folder: Path, mode: Literal["local", "production"]) -> ApprovedTexts:
        """Loads the library and the red-line wording.

        Raises:
            ContentError: naming the file, the field and the fix.
        """
        library = load_library(folder, mode=mode)
        return cls(library, Lexicon.load(folder / "red_lines" / "lexicon"))

    @property
    def clinic_name(self) -> str:
        """The clinic's name, for the page's title."""
        return self._library.facts["CLINIC_NAME"].web

    @property
    def timezone(self) -> str:
        """The clinic's time zone."""
        return str(self._library.clinic["timezone"])

    def notice(self, language: str) -> Reply:
        """Returns the first-contact notice."""
        return message_reply(self._library, "notice", "notice", language)

    def holding(self, text: str, reason: str) -> Reply:
        """Returns the crisis reply that the wording calls for, else the holding text."""
        return holding_reply(self._library, self._lexicon, text, reason)

    def red_line(self, category: Category, tier: Tier, reason: str, language: str) -> Reply:
        """Returns the approved reply to a red line, with its escalation."""
        return escalation_reply(self._library, category, tier, reason, language)

    def locked(self, language: str) -> Reply:
        """Returns the text while automated answers are paused."""
        return message_reply(self._library, "locked", "locked", language)

    def texting(self, key: str, language: str) -> Reply:
        """Returns a text about texting itself: consent, help, pictures."""
        kind: Kind = "holding" if key == PICTURE else "consent"
        return message_reply(self._library, key, kind, language)
