"""The factory of the staff desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from bot.adapters.approved_texts import ApprovedTexts
from bot.adapters.database import Database, SqlConversationStore
from bot.adapters.database.notifications import Notifications
from bot.conversation import StaffDesk
from bot.conversation.hours import ClinicHours
from bot.conversation.ports import Clock, FixedReplies
from bot.conversation.service import utc_now
from bot.desk.access import register_access
from bot.desk.accounts import Accounts
from bot.desk.cases import cases
from bot.desk.drafts import FaqDrafts
from bot.desk.entry import entry
from bot.desk.error_pages import register_error_pages
from bot.desk.inbox import Inbox
from bot.desk.learning import learning
from bot.desk.links import OneTimeLinks
from bot.desk.lists import lists
from bot.desk.live import Changes
from bot.desk.me import me
from bot.desk.operation import operation
from bot.desk.people import people
from bot.desk.presence import Presence
from bot.desk.presentation import register_presentation
from bot.desk.review.views import answers
from bot.desk.second_factor import SecondFactor
from bot.desk.second_step import second_step
from bot.desk.security import register_headers
from bot.desk.sessions import register_sessions
from bot.desk.shared import SharedParts
from bot.desk.single_sign_on import register_single_sign_on
from bot.desk.site import EXTENSION, Site
from bot.job_queue import MAIL_LINK, adder, build_queue
from bot.settings import Settings
from bot.texts_place import texts_of
from knowledge.library import Library
from knowledge.review import Reviews

_MAX_BODY: Final = 64 * 1024


def create_app(
    settings: Settings,
    database: Database | None = None,
    library: Library | None = None,
    texts: FixedReplies | None = None,
    clock: Clock = utc_now,
) -> Flask:
    """Builds the staff desk.

    Args:
        settings: what the operator chose.
        database: where conversations are kept; the settings' by default.
        library: the clinic's texts; loaded from the settings' folder by default.
        texts: what patients are told; the library's approved texts by default.
        clock: the current time.

    Raises:
        ContentError: if the clinic's texts cannot be loaded.
        SettingsError: in production, when no secret key is set.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = _MAX_BODY
    if library is None or texts is None:
        loaded = ApprovedTexts.load(texts_of(settings))
        texts = texts or loaded
    given = library
    database = database or Database.of(settings)
    # What is published or signed while the desk runs is what the desk offers.
    site = _site(settings, database, lambda: given or loaded.library, texts, clock)
    app.extensions[EXTENSION] = site
    for blueprint in (entry, second_step, lists, cases, learning, answers, me, people, operation):
        app.register_blueprint(blueprint)
    register_single_sign_on(app, settings)
    register_error_pages(app)
    register_headers(app, is_https=settings.desk_url.startswith("https://"))
    register_presentation(app, site)
    # In the order in which a request meets them.
    register_sessions(app, site)
    register_access(app)
    CSRFProtect(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_port=hops
        )
    return app


def _site(
    settings: Settings,
    database: Database,
    current: Callable[[], Library],
    texts: FixedReplies,
    clock: Clock,
) -> Site:
    library = current()
    return Site(
        settings=settings,
        library=current,
        database=database,
        cases=StaffDesk(SqlConversationStore(database, clock), texts, clock),
        accounts=Accounts(database, clock),
        links=OneTimeLinks(database, clock),
        inbox=Inbox(database, lambda: ClinicHours.of(current().clinic)),
        notifications=Notifications(database),
        presence=Presence(database),
        changes=Changes(database, clock, settings.desk_streams),
        shared=SharedParts(),
        second_factor=SecondFactor(database, clock),
        drafts=FaqDrafts(database, clock),
        reviews=Reviews(settings.knowledge_dir, settings.approvals_dir),
        topics=tuple(sorted({faq.topic for faq in library.faqs.values()})),
        mail_link=adder(build_queue(settings), MAIL_LINK),
        clinic_name=library.facts["CLINIC_NAME"].web,
        zone=ZoneInfo(library.clinic["timezone"]),
        clock=clock,
    )
