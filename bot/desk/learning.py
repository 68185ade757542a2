"""What cases teach: drafts of FAQs, and questions that found no answer."""

from __future__ import annotations

import uuid
from typing import Final

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.adapters.database.unanswered import question_groups
from bot.desk.access import current_account, needs
from bot.desk.accounts import Role
from bot.desk.drafts import FaqDraft, file_text, lines, proposed
from bot.desk.errors import RefusedInputError
from bot.desk.site import current_site

learning: Final = Blueprint("learning", __name__)


@learning.get("/conversations/<uuid:conversation_id>/faq")
@needs(Role.STAFF)
def propose(conversation_id: uuid.UUID) -> ResponseReturnValue:
    """Shows a draft made of a resolved case, to be put right."""
    case = current_site().cases.get_conversation(str(conversation_id))
    if case.escalation is None or case.escalation.resolved_at is None:
        abort(404)
    return _form(proposed(case))


@learning.post("/conversations/<uuid:conversation_id>/faq")
@needs(Role.STAFF)
def save(conversation_id: uuid.UUID) -> ResponseReturnValue:
    """Puts the draft into the review queue."""
    site, form = current_site(), request.form
    site.cases.get_conversation(str(conversation_id))
    draft = FaqDraft(
        slug=form.get("slug", ""),
        topic=form.get("topic", ""),
        question=" ".join(form.get("question", "").split()),
        variants=lines(form.get("variants", "")),
        answer=form.get("answer", "").replace("\r\n", "\n").strip(),
        sms=" ".join(form.get("sms", "").split()),
    )
    try:
        site.drafts.save(draft, current_account())
    except RefusedInputError as refused:
        return _form(draft, refused.fix), 422
    flash("The draft is in the review queue.")
    return redirect(url_for("cases.conversation", conversation_id=conversation_id), 303)


@learning.get("/review")
@needs(Role.CLINICIAN)
def review() -> ResponseReturnValue:
    """Lists the drafts that wait for a clinician."""
    site = current_site()
    return render_template("review.html", drafts=site.drafts.queued(), counts=site.inbox.counts())


@learning.get("/review/<int:draft_id>.md")
@needs(Role.CLINICIAN)
def download(draft_id: int) -> ResponseReturnValue:
    """Returns the draft as a FAQ file."""
    draft = current_site().drafts.get(draft_id)
    if draft is None:
        abort(404)
    response = Response(file_text(draft), mimetype="text/markdown")
    response.headers["Content-Disposition"] = f'attachment; filename="{draft.slug}.md"'
    return response


@learning.post("/review/<int:draft_id>/<any(taken, refused):status>")
@needs(Role.CLINICIAN)
def decide(draft_id: int, status: str) -> ResponseReturnValue:
    """Takes a draft out of the queue."""
    current_site().drafts.decide(draft_id, status, current_account())
    flash("Taken out of the queue.")
    return redirect(url_for("learning.review"), 303)


@learning.get("/questions")
@needs(Role.STAFF)
def questions() -> ResponseReturnValue:
    """Shows the questions that found no good answer, by meaning."""
    site = current_site()
    groups = question_groups(site.database)
    return render_template("questions.html", groups=groups, counts=site.inbox.counts())


def _form(draft: FaqDraft, problem: str = "") -> str:
    site = current_site()
    return render_template(
        "faq_draft.html",
        draft=draft,
        problem=problem,
        topics=site.topics,
        counts=site.inbox.counts(),
    )
