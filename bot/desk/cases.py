"""A conversation, and what staff do with it."""

from __future__ import annotations

import uuid
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.conversation.errors import (
    AlreadyHeldError,
    ClientMessageIdReusedError,
    InvalidInputError,
    NoOpenEscalationError,
    NotHeldError,
    UnseenMessageError,
)
from bot.conversation.model import Case
from bot.desk.access import FRAGMENT_HEADER, current_account, is_fragment, needs
from bot.desk.accounts import Role
from bot.desk.site import current_site
from bot.desk.words import RESOLUTIONS

cases: Final = Blueprint("cases", __name__)
_UNSEEN: Final = "the patient wrote meanwhile. Read it first, then try again."


@cases.get("/conversations/<uuid:conversation_id>")
@needs(Role.STAFF)
def conversation(conversation_id: uuid.UUID) -> ResponseReturnValue:
    """Shows a conversation and its case."""
    site = current_site()
    site.cases.get_conversation(str(conversation_id))  # 404 before anything is written
    is_typing = request.headers.get(FRAGMENT_HEADER) == "typing"
    site.presence.note(str(conversation_id), current_account(), site.clock(), typing=is_typing)
    return _conversation_page(str(conversation_id))


@cases.post("/conversations/<uuid:conversation_id>/claim")
@needs(Role.STAFF)
def claim(conversation_id: uuid.UUID) -> ResponseReturnValue:
    """Takes the conversation over; the assistant is silent from here on."""
    try:
        current_site().cases.claim(str(conversation_id), current_account().staff)
    except AlreadyHeldError as error:
        return _refused(conversation_id, f"Already claimed by {error.holder}.")
    flash("You have this conversation. The assistant is silent.")
    return _back(conversation_id, "actions")


@cases.post("/conversations/<uuid:conversation_id>/acknowledge")
@needs(Role.STAFF)
def acknowledge(conversation_id: uuid.UUID) -> ResponseReturnValue:
    """Says that somebody is on it; paging pauses for the tier's response time."""
    try:
        current_site().cases.acknowledge(str(conversation_id), current_account().staff)
    except NoOpenEscalationError:
        return _refused(conversation_id, "There is no open case: it was resolved already.")
    flash("Colleagues see that you are on it. Claim the conversation to answer.")
    return _back(conversation_id, "actions")


@cases.post("/conversations/<uuid:conversation_id>/assign")
@needs(Role.STAFF)
def assign(conversation_id: uuid.UUID) -> ResponseReturnValue:
    """Gives the conversation to a colleague, or takes it over."""
    site, wanted = current_site(), request.form.get("to", type=int)
    colleague = next((a for a in site.accounts.active() if a.id == wanted), None)
    if colleague is None:
        return _refused(conversation_id, "Not assigned. Choose a colleague.", status=422)
    site.cases.assign(str(conversation_id), current_account().staff, colleague.staff)
    flash(f"{colleague.name} has this conversation now.")
    return _back(conversation_id, "actions")


@cases.post("/conversations/<uuid:conversation_id>/note")
@needs(Role.STAFF)
def note(conversation_id: uuid.UUID) -> ResponseReturnValue:
    """Keeps a note for colleagues; the patient never sees it."""
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    try:
        current_site().cases.add_note(str(conversation_id), current_account().staff, text)
    except InvalidInputError as error:
        return _refused(conversation_id, f"Not saved. {error.fix}", status=422)
    return _back(conversation_id, "notes")


@cases.get("/snippets")
@needs(Role.STAFF)
def snippets() -> ResponseReturnValue:
    """Returns the texts that can be put into a reply."""
    texts = {snippet.title: snippet.text for snippet in current_site().snippets}
    return {"snippets": texts}


@cases.post("/conversations/<uuid:conversation_id>/reply")
@needs(Role.STAFF)
def reply(conversation_id: uuid.UUID) -> ResponseReturnValue:
    """Sends a person's words to the patient."""
    # Browsers send line ends as CR LF.
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    message_id = request.form.get("client_message_id", "")
    staff = current_account().staff
    try:
        message = current_site().cases.staff_reply(str(conversation_id), staff, message_id, text)
    except NotHeldError:
        problem = "Not sent: you do not have this conversation. Claim it first."
        return _refused(conversation_id, problem, draft=text)
    except ClientMessageIdReusedError:
        problem = "Not sent: the page was out of date. Check the conversation and send it again."
        return _refused(conversation_id, problem, draft=text)
    except InvalidInputError as error:
        return _refused(conversation_id, f"Not sent. {error.fix}", draft=text, status=422)
    return _back(conversation_id, f"m-{message.id}")


@cases.post("/conversations/<uuid:conversation_id>/hand-back")
@needs(Role.STAFF)
def hand_back(conversation_id: uuid.UUID) -> ResponseReturnValue:
    """Gives the conversation back to the assistant; the case stays open."""
    clear = request.form.get("clear_lock") == "yes"
    staff, seen = current_account().staff, _seen()
    try:
        current_site().cases.hand_back(str(conversation_id), staff, clear_lock=clear, seen=seen)
    except NotHeldError:
        return _refused(conversation_id, "Not done: you do not have this conversation.")
    except UnseenMessageError:
        return _refused(conversation_id, f"Not handed back: {_UNSEEN}")
    flash("Handed back. The case stays open until somebody resolves it.")
    return _back(conversation_id)


@cases.post("/conversations/<uuid:conversation_id>/resolve")
@needs(Role.STAFF)
def resolve(conversation_id: uuid.UUID) -> ResponseReturnValue:
    """Closes the case with an outcome; the assistant answers again."""
    outcome = RESOLUTIONS.get(request.form.get("outcome", ""))
    note = " ".join(request.form.get("note", "").split())
    if outcome is None:
        return _refused(conversation_id, "Not resolved. Choose how it ended.", status=422)
    resolution = f"{outcome}: {note}" if note else outcome
    staff, seen = current_account().staff, _seen()
    try:
        current_site().cases.resolve(str(conversation_id), staff, resolution, seen=seen)
    except AlreadyHeldError as error:
        return _refused(conversation_id, f"Not resolved: {error.holder} has this conversation.")
    except NoOpenEscalationError:
        return _refused(conversation_id, "There is no open case: it was resolved already.")
    except UnseenMessageError:
        return _refused(conversation_id, f"Not resolved: {_UNSEEN}")
    except InvalidInputError as error:
        return _refused(conversation_id, f"Not resolved. {error.fix}", status=422)
    flash("Resolved. The assistant answers in this conversation again.")
    return redirect(url_for("lists.inbox"), 303)


def _seen() -> int | None:
    """Returns the place of the last message that the page showed when its form was sent."""
    return request.form.get("seen", type=int)


def _conversation_page(conversation_id: str, *, problem: str = "", draft: str = "") -> str:
    site = current_site()
    case = site.cases.get_conversation(conversation_id)
    now = site.clock()
    return render_template(
        "conversation_live.html" if is_fragment() else "conversation.html",
        case=case,
        state=_state(case),
        seen=case.messages[-1].seq if case.messages else 0,
        counts=site.inbox.counts(),
        is_overdue=case.escalation is not None and site.inbox.is_overdue(case.escalation, now),
        now=now,
        others=site.presence.others(conversation_id, current_account(), now),
        colleagues=site.accounts.active(),
        problem=problem,
        draft=draft,
        client_message_id=str(uuid.uuid4()),
    )


def _state(case: Case) -> str:
    """Names what one can do now; while it stays the same, the forms are left alone."""
    holder, is_open = case.conversation.holder, _is_open(case)
    who = "nobody" if holder is None else "another"
    if holder is not None and holder.account_id == current_account().id:
        who = "me"
    pause = "paused" if case.conversation.locked_at else "answering"
    taken = "-acknowledged" if case.escalation and case.escalation.acknowledged_by else ""
    return f"{who}-{'open' if is_open else 'closed'}-{pause}{taken}"


def _is_open(case: Case) -> bool:
    return case.escalation is not None and case.escalation.resolved_at is None


def _refused(
    conversation_id: uuid.UUID, problem: str, *, draft: str = "", status: int = 409
) -> ResponseReturnValue:
    return _conversation_page(str(conversation_id), problem=problem, draft=draft), status


def _back(conversation_id: uuid.UUID, anchor: str | None = None) -> ResponseReturnValue:
    address = url_for("cases.conversation", conversation_id=conversation_id, _anchor=anchor)
    return redirect(address, 303)
