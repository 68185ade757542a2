"""The inbox and the resolved cases, with search and filters."""

from __future__ import annotations

import datetime as dt
from typing import Final

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from bot.desk.access import current_account, is_fragment, needs
from bot.desk.accounts import Role
from bot.desk.filters import Filters
from bot.desk.inbox import PAGE_SIZE
from bot.desk.live import INBOX
from bot.desk.site import current_site
from bot.ladder import reaches_people

lists: Final = Blueprint("lists", __name__)
_MAX_PAGE: Final = 9999
#: After so long a case that nobody was told of is shown as such.
_GRACE: Final = dt.timedelta(minutes=1)
_RECENT: Final = dt.timedelta(days=1)


@lists.get("/")
@needs(Role.STAFF)
def inbox() -> ResponseReturnValue:
    """Lists open cases."""
    return _list("open")


@lists.get("/resolved")
@needs(Role.STAFF)
def resolved() -> ResponseReturnValue:
    """Lists resolved cases."""
    return _list("resolved")


@lists.get("/live")
@needs(Role.STAFF)
def live() -> ResponseReturnValue:
    """Streams a word whenever the inbox, or the conversation `of`, changed."""
    site, session_id = current_site(), current_account().get_id()
    if not site.changes.take_place():
        return Response("Ask every few seconds instead.", 503, mimetype="text/plain")
    subject = request.args.get("of", INBOX)[:36]
    events = site.changes.events(subject, lambda: site.accounts.of_session(session_id) is not None)
    response = Response(events, mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"  # a reverse proxy must pass events on at once
    response.call_on_close(site.changes.give_place_back)
    return response


def _list(tab: str) -> str:
    site, page, filters = current_site(), _page_number(), Filters.of(request.args)
    if not is_fragment():
        return _list_page(tab, filters, page)
    # Whatever changes a list leaves an entry in a log, whose ends are part of the key.
    mine = current_account().id if filters.who == "mine" else None
    key = (tab, filters, page, mine, site.changes.now(INBOX))
    return site.shared.get(key, lambda: _list_page(tab, filters, page))


def _list_page(tab: str, filters: Filters, page: int) -> str:
    site, now = current_site(), current_site().clock()
    read = site.inbox.open_cases if tab == "open" else site.inbox.resolved_cases
    rows = read(now, page, filters, current_account().id)
    is_start = tab == "open" and page == 1 and not filters.query
    return render_template(
        "inbox_live.html" if is_fragment() else "inbox.html",
        tab=tab,
        rows=rows[:PAGE_SIZE],
        has_more=len(rows) > PAGE_SIZE,
        held=site.inbox.held_without_case() if is_start else (),
        troubles=site.notifications.troubles(now - _RECENT),
        untold=site.notifications.untold(now - _GRACE),
        pages_nobody=not reaches_people(site.settings.page_ladder),
        counts=site.inbox.counts(),
        filters=filters,
        page=page,
        now=now,
    )


def _page_number() -> int:
    wanted = request.args.get("page", 1, type=int)
    return min(max(wanted, 1), _MAX_PAGE)
