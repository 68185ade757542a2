"""The pages on which a clinician reads, compares and signs answers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.desk.access import current_account, needs
from bot.desk.accounts import Role
from bot.desk.review.signing import Signing
from bot.desk.site import current_site
from knowledge.errors import KnowledgeError
from knowledge.library.ledger import Decision
from knowledge.review import STATUSES, RefusedDecisionError, ReviewItem, Reviews, usual_day
from knowledge.review.diff import differences

answers: Final = Blueprint("answers", __name__, url_prefix="/answers")
#: In the queue: everything but what is approved for a while yet.
_OPEN: Final = frozenset(STATUSES) - {"approved", "rejected"}


@answers.get("")
@needs(Role.CLINICIAN)
def listing() -> ResponseReturnValue:
    """Lists the answers: what waits for a signature first."""
    items = _signing().reviews.all()
    wanted, topic = request.args.get("status", "open"), request.args.get("topic", "")
    shown = [
        item
        for item in items
        if (wanted in ("all", item.status) or (wanted == "open" and item.status in _OPEN))
        and topic in ("", item.topic)
    ]
    return render_template(
        "review/answers.html",
        items=sorted(shown, key=lambda item: STATUSES.index(item.status)),
        statuses=Counter(item.status for item in items),
        total=len(items),
        wanted=wanted,
        topic=topic,
        topics=sorted({item.topic for item in items}),
        counts=current_site().inbox.counts(),
    )


@answers.get("/<faq_id>")
@needs(Role.CLINICIAN)
def answer(faq_id: str) -> ResponseReturnValue:
    """Shows an answer with everything that a reviewer needs to sign it."""
    return _page(_item(_signing().reviews, faq_id))


@answers.post("/<faq_id>/<any(approved, rejected):decision>")
@needs(Role.CLINICIAN)
def decide(faq_id: str, decision: Decision) -> ResponseReturnValue:
    """Signs exactly the words that the form was made for."""
    signing, form = _signing(), request.form
    item = _item(signing.reviews, faq_id)
    try:
        entry = signing.sign(
            current_account(),
            item,
            decision,
            seen=form.get("seen", ""),
            until=_day(form.get("until", "")),
            note=form.get("note", ""),
        )
    except RefusedDecisionError as refused:
        return _page(item, str(refused)), 409
    except KnowledgeError as error:
        return _page(item, str(error)), 500
    ended = f" until {entry.until.isoformat()}" if entry.until else ""
    flash(f"{item.content.question}: {decision}{ended}.")
    following = _next(signing.reviews, item)
    if following is None:
        return redirect(url_for("answers.listing"), 303)
    return redirect(url_for("answers.answer", faq_id=following.faq_id), 303)


def _signing() -> Signing:
    site = current_site()
    return Signing(site.reviews, site.database, site.clock, site.zone)


def _item(reviews: Reviews, faq_id: str) -> ReviewItem:
    item = reviews.get(faq_id)
    if item is None:
        abort(404)
    return item


def _page(item: ReviewItem, problem: str = "") -> str:
    signing, approved = _signing(), item.approved
    before = approved.content if approved is not None else None
    return render_template(
        "review/answer.html",
        item=item,
        problem=problem,
        fields=[field for field in differences(before, item.content) if field.changed],
        until=usual_day(item, signing.today),
        may_sign=current_account().role is Role.CLINICIAN,
        withdraws=approved is not None and approved.sha256 != item.content.sha256,
        following=_next(signing.reviews, item),
        counts=current_site().inbox.counts(),
    )


def _next(reviews: Reviews, item: ReviewItem) -> ReviewItem | None:
    """Returns the next answer that waits, of the same topic if there is one."""
    waiting = [i for i in reviews.all() if i.status in _OPEN and i.faq_id != item.faq_id]
    later = [i for i in waiting if (i.topic, i.faq_id) > (item.topic, item.faq_id)]
    return next(iter(later or waiting), None)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
