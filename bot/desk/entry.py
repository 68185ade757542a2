"""Getting in and out: log-in, one-time links, log-off."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.desk import passwords
from bot.desk.access import needs, open_to_anyone
from bot.desk.accounts import Account, Role
from bot.desk.authentication import MAX_TRIES, WINDOW, authenticate
from bot.desk.errors import AccountNotFoundError, LinkUnusableError, RefusedInputError
from bot.desk.links import FIRST_ADMIN
from bot.desk.second_step import go_on
from bot.desk.sessions import end_session
from bot.desk.site import current_site

entry: Final = Blueprint("entry", __name__)


@entry.get("/login")
@open_to_anyone
def login_form() -> ResponseReturnValue:
    """Shows the log-in."""
    if current_user.is_authenticated:
        return redirect(url_for("lists.inbox"), 303)
    return _login_page()


@entry.post("/login")
@open_to_anyone
def login() -> ResponseReturnValue:
    """Logs in with e-mail address and password."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    site = current_site()
    account = authenticate(site.database, site.clock, email, password)
    if account is None:
        return _login_page(email=email, refused=True), 403
    return go_on(account, request.form.get("next", ""))


@entry.get("/forgotten")
@open_to_anyone
def forgotten_form() -> ResponseReturnValue:
    """Shows the form for a forgotten password."""
    return render_template("forgotten.html", sends=bool(current_site().settings.smtp_url))


@entry.post("/forgotten")
@open_to_anyone
def forgotten() -> ResponseReturnValue:
    """Has a one-time link mailed; says the same whether or not there is such an account."""
    site = current_site()
    with contextlib.suppress(AccountNotFoundError):
        account = site.accounts.by_email(request.form.get("email", "").strip())
        if site.settings.smtp_url and account.is_active:
            site.mail_link(account.id)
    flash("If there is such an account, a link is on its way to it.")
    return redirect(url_for("entry.login_form"), 303)


@entry.post("/logout")
@needs(Role.STAFF)
def logout() -> ResponseReturnValue:
    """Logs off."""
    end_session()
    flash("You are logged off.")
    return redirect(url_for("entry.login_form"), 303)


@entry.get("/welcome/<token>")
@open_to_anyone
def welcome(token: str) -> ResponseReturnValue:
    """Shows the form of a one-time link; looking at it does not use it up."""
    try:
        return _welcome_page(current_site().links.account(token))
    except LinkUnusableError:
        return _link_gone()


@entry.post("/welcome/<token>")
@open_to_anyone
def redeem(token: str) -> ResponseReturnValue:
    """Sets name and password, uses the link up and logs in."""
    site, form = current_site(), request.form
    try:
        account = site.links.redeem(
            token,
            email=form.get("email", ""),
            name=form.get("name", ""),
            password=form.get("password", ""),
        )
    except RefusedInputError as refused:
        return _welcome_page(site.links.account(token), refused), 422
    except LinkUnusableError:
        return _link_gone()
    response = go_on(account, "")
    flash(f"Welcome, {account.name}. Your password is set.")
    return response


def _login_page(*, email: str = "", refused: bool = False) -> str:
    onward = request.values.get("next", "")
    return render_template(
        "login.html",
        email=email,
        refused=refused,
        onward=onward,
        signs_on=bool(current_site().settings.oidc_issuer),
        tries=MAX_TRIES,
        minutes=WINDOW // dt.timedelta(minutes=1),
    )


def _welcome_page(account: Account, refused: RefusedInputError | None = None) -> str:
    is_first = account.email == FIRST_ADMIN
    name = "" if is_first else account.name
    return render_template(
        "welcome.html",
        account=account,
        is_first=is_first,
        email=request.form.get("email", ""),
        name=request.form.get("name", name),
        refused=refused,
        shortest=passwords.SHORTEST,
        longest=passwords.LONGEST,
    )


def _link_gone() -> ResponseReturnValue:
    return render_template("link_gone.html"), 404
