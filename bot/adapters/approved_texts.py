"""The approved texts that need no model, from the knowledge room."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bot.conversation.hours import ClinicHours
from bot.conversation.model import LOCKING_TIERS
from bot.conversation.promise import promise
from knowledge.decision import Category, Tier
from knowledge.lexicon import Lexicon
from knowledge.library.models import Library
from knowledge.live import Live, Texts
from knowledge.reply import Button, Kind, Reply, escalation_reply, holding_reply, message_reply

#: The one text about texting that answers a message; the others may be sent after an opt-out.
PICTURE: Final = "sms_picture"

#: The clinic fact that says in general when staff answer.
_IN_GENERAL: Final = "STAFF_RESPONSE_TIME"


@dataclasses.dataclass(frozen=True, slots=True)
class Fixed:
    """What needs no model, of one version."""

    library: Library
    lexicon: Lexicon
    hours: ClinicHours


class ApprovedTexts:
    """Implements `bot.conversation.ports.FixedReplies` with the clinic's library."""

    def __init__(self, source: Callable[[], Fixed], *, pages_at_night: bool = False) -> None:
        self._source = source
        self._pages_at_night = pages_at_night

    @classmethod
    def load(cls, texts: Texts, *, pages_at_night: bool = False) -> ApprovedTexts:
        """Loads the library and the red-line wording, and follows what is published.

        Args:
            texts: where the clinic's texts are, and whether drafts are served.
            pages_at_night: whether an urgent case pages somebody outside the clinic.

        Raises:
            KnowledgeError: naming the file, the field and the fix.
        """
        live = Live(texts, _fixed)
        return cls(live.looked, pages_at_night=pages_at_night)

    @property
    def library(self) -> Library:
        """The clinic's texts as they are served now."""
        return self._source().library

    @property
    def hours(self) -> ClinicHours:
        """When the clinic is open."""
        return self._source().hours

    @property
    def clinic_name(self) -> str:
        """The clinic's name, for the page's title."""
        return self.library.facts["CLINIC_NAME"].web

    @property
    def clinic_phone(self) -> str:
        """The clinic's telephone number."""
        return self.library.facts["CLINIC_PHONE"].web

    @property
    def timezone(self) -> str:
        """The clinic's time zone."""
        return str(self.library.clinic["timezone"])

    def suggestions(self, faq_ids: Sequence[str]) -> tuple[Button, ...]:
        """Returns the questions of these FAQs, as far as they may be served."""
        found = [self.library.faqs[i] for i in faq_ids if i in self.library.faqs]
        return tuple(Button(faq.question, faq.question) for faq in found if faq.servable)

    def notice(self, language: str) -> Reply:
        """Returns the first-contact notice."""
        return message_reply(self.library, "notice", "notice", language)

    def holding(self, text: str, reason: str) -> Reply:
        """Returns the crisis reply that the wording calls for, else the holding text."""
        fixed = self._source()
        return holding_reply(fixed.library, fixed.lexicon, text, reason)

    def is_urgent(self, text: str) -> bool:
        """Tells whether the wording is that of a life threat or a safety crisis."""
        found = self.holding(text, "").escalation
        return found is not None and found.tier in LOCKING_TIERS

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


def _fixed(library: Library, root: Path, _index: Path) -> Fixed:
    lexicon = Lexicon.load(root / "red_lines" / "lexicon")
    return Fixed(library, lexicon, ClinicHours.of(library.clinic))
