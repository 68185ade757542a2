"""Putting the core and its adapters together, for every process that needs them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.adapters.approved_texts import ApprovedTexts
from bot.adapters.database import Database, SqlConversationStore
from bot.adapters.database.notifications import Notifications
from bot.adapters.database.texting import SqlTextingStore
from bot.adapters.database.texts_gate import SqlTextGate
from bot.adapters.database.visits import SqlVisits
from bot.adapters.notifiers import Notifiers
from bot.adapters.rasa_client import RasaClient
from bot.adapters.sms.config import Accounts
from bot.adapters.sms.interfaces import Provider
from bot.adapters.sms.notices import NoticeTexts
from bot.adapters.sms.providers import make_providers, rates_of
from bot.adapters.sms.simulated import configured_accounts
from bot.conversation import Conversations, Limits, StaffDesk
from bot.conversation.texting import InboxLimits, OutboxLimits, TextInbox, TextOutbox
from bot.conversation.texting.automatic import LoopLimits
from bot.conversation.texting.quiet import QuietHours
from bot.conversation.visits import Visits
from bot.grouping import Encode
from bot.ladder import reaches_people
from bot.pager import Pager, rules_of
from bot.settings import Settings
from bot.texts_place import texts_of


class Core:
    """The conversation core on real adapters; each part is made when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def database(self) -> Database:
        """The database of the settings."""
        return Database.of(self.settings)

    @cached_property
    def store(self) -> SqlConversationStore:
        """Where conversations are kept."""
        return SqlConversationStore(self.database)

    @cached_property
    def texts(self) -> ApprovedTexts:
        """The approved fixed texts."""
        settings = self.settings
        pages = reaches_people(settings.page_ladder)
        return ApprovedTexts.load(texts_of(settings), pages_at_night=pages)

    @cached_property
    def rasa(self) -> RasaClient:
        """The dialogue."""
        settings = self.settings
        return RasaClient(settings.rasa_url, settings.rasa_timeout, settings.web_threads)

    @cached_property
    def conversations(self) -> Conversations:
        """The visitor's side."""
        return Conversations(self.store, self.rasa, self.texts, limits_of(self.settings))

    @cached_property
    def web_visits(self) -> SqlVisits:
        """Where visits to the website are kept."""
        return SqlVisits(self.database)

    @cached_property
    def visits(self) -> Visits:
        """The website's visitors."""
        return Visits(self.web_visits, self.conversations, self.store)

    @cached_property
    def desk(self) -> StaffDesk:
        """The staff's side."""
        return StaffDesk(self.store, self.texts)

    @cached_property
    def notifications(self) -> Notifications:
        """The ledger of who was told of what."""
        return Notifications(self.database)

    @cached_property
    def notifiers(self) -> Notifiers:
        """The ways in which staff are told."""
        return Notifiers(self.settings, self.texts.hours.zone, self.notice_texts)

    @cached_property
    def pager(self) -> Pager:
        """Paging, for the worker."""
        return Pager(self.notifications, self.notifiers, rules_of(self.settings), self.texts)

    def load_encoder(self) -> Encode:
        """Loads the sentence encoder; only whoever groups questions needs it."""
        from knowledge.encoder import load_encoder
        from knowledge.encoder.weights import DEFAULT_MODEL

        settings = self.settings
        model = settings.encoder_model or DEFAULT_MODEL
        return load_encoder(settings.encoder, settings.model_dir, model).encode

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts with SMS providers, by the gateway's name."""
        return configured_accounts(self.settings)

    @cached_property
    def providers(self) -> Mapping[str, Provider]:
        """The SMS providers, by the gateway's name; empty where nobody texts."""
        return make_providers(self.accounts, self.settings.public_url)

    @cached_property
    def text_gate(self) -> SqlTextGate:
        """Where webhooks store what providers deliver."""
        return SqlTextGate(self.database, is_urgent=self.texts.is_urgent)

    @cached_property
    def text_inbox(self) -> TextInbox:
        """What handles texts that came in."""
        return TextInbox(
            SqlTextingStore(self.database),
            self.conversations,
            self.texts,
            inbox_limits_of(self.settings),
        )

    @cached_property
    def text_outbox(self) -> TextOutbox:
        """What sends texts."""
        give_up = dt.timedelta(minutes=self.settings.sms_give_up_minutes)
        confirm = dt.timedelta(minutes=self.settings.sms_confirm_minutes)
        return TextOutbox(
            SqlTextingStore(self.database),
            self.providers,
            rates_of(self.accounts),
            quiet_hours_of(self.settings.sms_quiet_hours, self.texts.timezone),
            OutboxLimits(give_up_after=give_up, confirm_within=confirm),
        )

    @cached_property
    def notice_texts(self) -> NoticeTexts:
        """What texts staff, outside of any conversation."""
        senders = {name: account.numbers[0] for name, account in self.accounts.items()}
        return NoticeTexts(self.database, self.providers, senders)

    def load(self) -> None:
        """Makes every part now, so that what is broken stops the start of the process.

        Raises:
            KnowledgeError: naming the text that is wrong.
            SettingsError: naming the field of `FAQBOT_SMS_GATEWAYS` that is wrong.
        """
        _ = (self.conversations, self.desk, self.providers)


def limits_of(settings: Settings) -> Limits:
    """Returns the core's limits under these settings."""
    patience = min(3 * settings.rasa_timeout + 2, settings.recover_after)
    return dataclasses.replace(
        Limits(),
        max_message_chars=settings.max_message_chars,
        patience=patience,
        visitor_idle=dt.timedelta(days=settings.visitor_idle_days),
    )


def inbox_limits_of(settings: Settings) -> InboxLimits:
    """Returns the text inbox's limits under these settings."""
    return InboxLimits(
        continue_for=dt.timedelta(hours=settings.sms_continue_hours),
        notice_after=dt.timedelta(days=settings.sms_notice_days),
        max_chars=settings.max_message_chars,
        loops=LoopLimits(
            burst=settings.sms_burst_texts,
            repeats=settings.sms_repeat_texts,
            daily=settings.sms_daily_texts,
        ),
    )


def quiet_hours_of(span: str, timezone: str) -> QuietHours:
    """Returns quiet hours such as 21:00-08:00 in a time zone."""
    begins, _, ends = ("00:00-00:00" if span == "none" else span).partition("-")
    zone = ZoneInfo(timezone)
    return QuietHours(dt.time.fromisoformat(begins), dt.time.fromisoformat(ends), zone)
