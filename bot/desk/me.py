"""One's own account: second factor, log-off everywhere."""

from __future__ import annotations

from typing import Final

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from bot.desk.access import current_account, needs
from bot.desk.accounts import Role
from bot.desk.authentication import confirms_password
from bot.desk.second_factor import address_for_app
from bot.desk.sessions import end_session
from bot.desk.site import current_site

me: Final = Blueprint("me", __name__, url_prefix="/me")


@me.get("/")
@needs(Role.STAFF)
def account() -> ResponseReturnValue:
    """Shows one's account."""
    return _page()


@me.post("/second-factor/begin")
@needs(Role.STAFF)
def begin() -> ResponseReturnValue:
    """Makes a secret for the app."""
    mine = current_account()
    if not mine.has_second_factor:
        current_site().second_factor.begin(mine)
    return redirect(url_for("me.account"), 303)


@me.post("/second-factor/confirm")
@needs(Role.STAFF)
def confirm() -> ResponseReturnValue:
    """Switches the second factor on, and shows the recovery codes once."""
    code = request.form.get("code", "").replace(" ", "")
    codes = current_site().second_factor.confirm(current_account(), code)
    if not codes:
        return _page("That code is not right. Wait for the next one and try again."), 422
    return render_template("recovery_codes.html", codes=codes, counts=_counts())


@me.post("/second-factor/off")
@needs(Role.STAFF)
def switch_off() -> ResponseReturnValue:
    """Takes the second factor away; asks for the password."""
    site, mine = current_site(), current_account()
    if not confirms_password(site.database, mine.id, request.form.get("password", "")):
        return _page("Not done: the password is wrong."), 403
    site.second_factor.switch_off(mine, mine)
    flash("Your second factor is off.")
    return redirect(url_for("me.account"), 303)


@me.post("/log-off-everywhere")
@needs(Role.STAFF)
def log_off_everywhere() -> ResponseReturnValue:
    """Ends every session of the account, this one too."""
    mine = current_account()
    current_site().accounts.end_sessions(mine.email, mine)
    end_session()
    flash("You are logged off everywhere.")
    return redirect(url_for("entry.login_form"), 303)


def _page(problem: str = "") -> str:
    site, mine = current_site(), current_account()
    secret = None if mine.has_second_factor else site.second_factor.pending(mine)
    picture = ""
    if secret is not None:
        address = address_for_app(mine, secret, site.clinic_name)
        # Drawn by the library from an address of our own: there is nobody else's markup in it.
        picture = Markup(segno.make(address).svg_inline(omitsize=True))  # noqa: S704
    return render_template(
        "me.html",
        secret=secret,
        picture=picture,
        problem=problem,
        is_required=site.settings.desk_second_factor == "required",
        counts=_counts(),
    )


def _counts() -> object:
    return current_site().inbox.counts()
