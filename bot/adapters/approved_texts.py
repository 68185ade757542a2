"""The approved texts that need no model, from the knowledge room."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from typing import Final, Literal

from bot.conversation.hours import ClinicHours
from bot.conversation.promise import promise
from knowledge.decision import Category, Tier
from knowledge.lexicon import Lexicon
from knowledge.library import load_library
from knowledge.library.models import Library
from knowledge.reply import Kind, Reply, escalation_reply, holding_reply, message_reply

#: The one text about texting that answers a message; the others may be sent after an opt-out.
PICTURE: Final = "sms_picture"

#: The clinic fact that says in general when staff answer.
_IN_GENERAL: Final = "STAFF_RESPONSE_TIME"


class ApprovedTexts:
    """Implements `bot.conversation.ports.FixedReplies` with the clinic's library."""

    def __init__(self, library: Library, lexicon: Lexicon, *, pages_at_night: bool = False) -> None:
        #: The clinic's texts.
        self.library = library
        self._lexicon = lexicon
        self._pages_at_night = pages_at_night
        self.hours = ClinicHours.of(library.clinic)

    @classmethod
    def load(
        cls, folder: Path, mode: Literal["local", "production"], *, pages_at_night: bool = False
    ) -> ApprovedTexts:
        """Loads the library and the red-line wording.

        Args:
            folder: the clinic's texts.
            mode: whether drafts are served.
            pages_at_night: whether an urgent case pages somebody outside the clinic.

        Raises:
            ContentError: naming the file, the field and the fix.
        """
        library = load_library(folder, mode=mode)
        lexicon = Lexicon.load(folder / "red_lines" / "lexicon")
        return cls(library, lexicon, pages_at_night=pages_at_night)

    @property
    def clinic_name(self) -> str:
        """The clinic's name, for the page's title."""
        return self.library.facts["CLINIC_NAME"].web

    @property
    def timezone(self) -> str:
        """The clinic's time zone."""
        return str(self.library.clinic["timezone"])

    def notice(self, language: str) -> Reply:
        """Returns the first-contact notice."""
        return message_reply(self.library, "notice", "notice", language)

    def holding(self, text: str, reason: str) -> Reply:
        """Returns the crisis reply that the wording calls for, else the holding text."""
        return holding_reply(self.library, self._lexicon, text, reason)

    def red_line(self, category: Category, tier: Tier, reason: str, language: str) -> Reply:
        """Returns the approved reply to a red line, with its escalation."""
        return escalation_reply(self.library, category, tier, reason, language)

    def locked(self, language: str) -> Reply:
        """Returns the text while automated answers are paused."""
        return message_reply(self.library, "locked", "locked", language)

    def promised(self, reply: Reply, at: dt.datetime) -> Reply:
        """Puts the moment that the clinic's hours give in the place of the general promise."""
        general = self.library.facts.get(_IN_GENERAL)
        if reply.escalation is None or general is None:
            return reply
        tier = reply.escalation.tier
        pages, language = self._pages_at_night, reply.language
        found = promise(self.hours, tier, at, pages_at_night=pages, language=language)
        words = self.library.message(found.key, language)
        web, sms = (_filled(text, found.when, found.minutes) for text in (words.web, words.sms))
        return dataclasses.replace(
            reply,
            text=_with_promise(reply.text, general.web, web, language, "\n\n"),
            sms=_with_promise(reply.sms, general.sms, sms, language, " "),
        )

    def due(self, tier: Tier, since: dt.datetime) -> dt.datetime:
        """Returns until when staff are to answer who waits since then."""
        return self.hours.due(tier, since)

    def staff_joined(self, name: str, language: str) -> Reply:
        """Returns what the visitor is told when a person takes over."""
        reply = message_reply(self.library, "staff_joined", "handoff", language)
        # The web text is Markdown, in which a name must stay the name that it is.
        shown = re.sub(r"([\\`*_\[\]<>#])", r"\\\1", name)
        return dataclasses.replace(
            reply, text=reply.text.replace("{name}", shown), sms=reply.sms.replace("{name}", name)
        )

    def handed_back(self, language: str, *, locked: bool) -> Reply:
        """Returns what the visitor is told when the bot, or nobody (`locked`), answers again."""
        key = "handed_back_locked" if locked else "handed_back"
        return message_reply(self.library, key, "handoff", language)

    def resolved(self, language: str) -> Reply:
        """Returns what the visitor is told when staff close the case."""
        return message_reply(self.library, "resolved", "handoff", language)

    def texting(self, key: str, language: str) -> Reply:
        """Returns a text about texting itself: consent, help, pictures."""
        kind: Kind = "holding" if key == PICTURE else "consent"
        return message_reply(self.library, key, kind, language)


def _with_promise(text: str, general: str, promised: str, language: str, gap: str) -> str:
    if language == "en" or general in text:
        return text.replace(general, promised)
    # The clinic's general promise is English: texts in other languages leave it out.
    return f"{text.rstrip()}{gap}{promised}" if text else text


def _filled(text: str, when: str, minutes: int) -> str:
    return text.replace("{when}", when).replace("{minutes}", str(minutes))
