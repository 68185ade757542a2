"""The second step of logging in: between password and session."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from bot.desk.access import open_to_anyone
from bot.desk.accounts import Account
from bot.desk.onward import safe_onward
from bot.desk.sessions import begin_session
from bot.desk.site import current_site

second_step: Final = Blueprint("second_step", __name__)
_WHO: Final = "second_step_for"
_SINCE: Final = "second_step_since"
_ONWARD: Final = "second_step_onward"
_LONGEST: Final = 300  # seconds


def go_on(account: Account, onward: str) -> ResponseReturnValue:
    """Logs in, or asks for the second factor first when the account has one."""
    if not account.has_second_factor:
        begin_session(account)
        return redirect(safe_onward(onward), 303)
    session.clear()
    session[_WHO], session[_ONWARD] = account.id, onward
    session[_SINCE] = int(current_site().clock().timestamp())
    return redirect(url_for("second_step.form"), 303)


@second_step.get("/login/code")
@open_to_anyone
def form() -> ResponseReturnValue:
    """Asks for the code."""
    return _start_again() if _waiting_for() is None else _page()


@second_step.post("/login/code")
@open_to_anyone
def check() -> ResponseReturnValue:
    """Checks the code, and logs in."""
    waiting_for = _waiting_for()
    if waiting_for is None:
        return _start_again()
    given = request.form.get("code", "")[:40]
    account = current_site().second_factor.check(waiting_for, given)
    if account is None:
        return _page(refused=True), 403
    onward = safe_onward(session.get(_ONWARD, ""))
    begin_session(account)
    return redirect(onward, 303)


def _waiting_for() -> int | None:
    age = current_site().clock().timestamp() - session.get(_SINCE, 0)
    account_id = session.get(_WHO)
    return account_id if isinstance(account_id, int) and age <= _LONGEST else None


def _start_again() -> ResponseReturnValue:
    session.clear()
    flash("Please log in again.")
    return redirect(url_for("entry.login_form"), 303)


def _page(*, refused: bool = False) -> str:
    return render_template("second_step.html", refused=refused)
