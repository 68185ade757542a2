"""Accounts of colleagues, for administrators."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.desk.access import current_account, needs
from bot.desk.accounts import Account, Role
from bot.desk.errors import AccountNotFoundError, LastAdminError, RefusedInputError
from bot.desk.freeing import free_conversations
from bot.desk.links import link_address
from bot.desk.site import current_site

people: Final = Blueprint("people", __name__, url_prefix="/people")


@people.get("/")
@needs(Role.ADMIN)
def everybody() -> ResponseReturnValue:
    """Lists the accounts."""
    return _page()


@people.post("/add")
@needs(Role.ADMIN)
def add() -> ResponseReturnValue:
    """Adds an account and shows its one-time link."""
    site, form = current_site(), request.form
    try:
        role = Role(form.get("role", ""))
        account = site.accounts.add(form.get("email", ""), form.get("name", ""), role)
    except ValueError:
        return _page("Not added. Choose a role."), 422
    except RefusedInputError as refused:
        return _page(f"Not added. {refused.fix}"), 422
    return _show_link(account)


@people.post("/<int:account_id>/link")
@needs(Role.ADMIN)
def link(account_id: int) -> ResponseReturnValue:
    """Shows a new one-time link; earlier ones stop working."""
    return _show_link(_account(account_id))


@people.post("/<int:account_id>/role")
@needs(Role.ADMIN)
def change_role(account_id: int) -> ResponseReturnValue:
    """Gives an account another role."""
    account = _account(account_id)
    try:
        role = Role(request.form.get("role", ""))
        current_site().accounts.set_role(account.email, role, current_account())
    except ValueError:
        return _page("Not changed. Choose a role."), 422
    except LastAdminError:
        return _page("Not changed: nobody else could run the desk."), 409
    flash(f"{account.name} is {role.value} now.")
    return redirect(url_for("people.everybody"), 303)


@people.post("/<int:account_id>/log-off")
@needs(Role.ADMIN)
def log_off(account_id: int) -> ResponseReturnValue:
    """Ends every session of an account."""
    account = _account(account_id)
    current_site().accounts.end_sessions(account.email, current_account())
    flash(f"{account.name} is logged off everywhere.")
    return redirect(url_for("people.everybody"), 303)


@people.post("/<int:account_id>/second-factor/off")
@needs(Role.ADMIN)
def second_factor_off(account_id: int) -> ResponseReturnValue:
    """Takes a lost second factor away."""
    account = _account(account_id)
    current_site().second_factor.switch_off(account, current_account())
    flash(f"{account.name} logs in with the password alone until they set a new one up.")
    return redirect(url_for("people.everybody"), 303)


@people.post("/<int:account_id>/disable")
@needs(Role.ADMIN)
def disable(account_id: int) -> ResponseReturnValue:
    """Ends an account; its conversations become free for colleagues."""
    site, account = current_site(), _account(account_id)
    try:
        site.accounts.disable(account.email)
    except LastAdminError:
        return _page("Not disabled: nobody else could run the desk."), 409
    freed = free_conversations(site.database, site.cases, account)
    flash(f"{account.name} is disabled; {freed} conversation(s) freed.")
    return redirect(url_for("people.everybody"), 303)


def _account(account_id: int) -> Account:
    found = next((a for a in current_site().accounts.all() if a.id == account_id), None)
    if found is None:
        raise AccountNotFoundError(str(account_id))
    return found


def _show_link(account: Account) -> ResponseReturnValue:
    site = current_site()
    address = link_address(site.settings, site.links.create(account))
    return _page(fresh=(account, address))


def _page(problem: str = "", fresh: tuple[Account, str] | None = None) -> str:
    site = current_site()
    return render_template(
        "people.html",
        accounts=site.accounts.all(),
        roles=list(Role),
        problem=problem,
        fresh=fresh,
        counts=site.inbox.counts(),
    )
