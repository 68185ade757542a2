"""What the desk's views share, one set an app."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from flask import current_app

from bot.adapters.database import Database
from bot.adapters.database.notifications import Notifications
from bot.conversation import StaffDesk
from bot.conversation.ports import Clock
from bot.desk.accounts import Accounts
from bot.desk.drafts import FaqDrafts
from bot.desk.inbox import Inbox
from bot.desk.links import OneTimeLinks
from bot.desk.live import Changes
from bot.desk.presence import Presence
from bot.desk.second_factor import SecondFactor
from bot.desk.shared import SharedParts
from bot.desk.snippets import Snippet, load_snippets
from bot.settings import Settings
from knowledge.library import Library
from knowledge.review import Reviews

EXTENSION: Final = "faqbot_desk"


@dataclass(frozen=True, slots=True)
class Site:
    """One app's parts.

    Attributes:
        cases: what staff can do with a conversation.
        notifications: who was told of which case.
        presence: who looks at which conversation.
        changes: tells open pages what changed.
        drafts: FAQs that staff drafted from cases.
        reviews: the answers that clinicians sign.
        topics: the topics that FAQs have.
        second_factor: codes of apps, and recovery codes.
        mail_link: has the worker mail a one-time link to an account.
        shared: lists that several see at the same time.
        library: returns the clinic's texts as they are served now.
        zone: the clinic's time zone.
    """

    settings: Settings
    database: Database
    cases: StaffDesk
    accounts: Accounts
    links: OneTimeLinks
    inbox: Inbox
    notifications: Notifications
    presence: Presence
    changes: Changes
    shared: SharedParts
    library: Callable[[], Library]
    second_factor: SecondFactor
    drafts: FaqDrafts
    reviews: Reviews
    topics: tuple[str, ...]
    mail_link: Callable[[int], object]
    clinic_name: str
    zone: dt.tzinfo
    clock: Clock

    @property
    def snippets(self) -> tuple[Snippet, ...]:
        """What can be put into a reply: never an answer whose approval has ended."""
        return load_snippets(self.settings.knowledge_dir, self.library())

    @property
    def questions(self) -> Mapping[str, str]:
        """The question of each FAQ, by its id."""
        return {faq.id: faq.question for faq in self.library().faqs.values()}


def current_site() -> Site:
    """Returns the parts of the app that handles this request."""
    return cast(Site, current_app.extensions[EXTENSION])
