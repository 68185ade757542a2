"""Who may call a view. Every view declares it; one that does not is closed to everybody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, NoReturn, TypeVar, cast

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.desk.accounts import Account, Role
from bot.desk.site import current_site

_LOG: Final = logging.getLogger(__name__)
ANYONE: Final = "anyone"
#: Sent by the page's own script when it asks for what changed; `idle` or `active`.
FRAGMENT_HEADER: Final = "X-Desk-Fragment"

_View = TypeVar("_View", bound=Callable[..., object])


def open_to_anyone(view: _View) -> _View:
    """Declares a view that needs no login."""
    view.access = ANYONE  # type: ignore[attr-defined]
    return view


def needs(role: Role) -> Callable[[_View], _View]:
    """Declares the role that a view needs; a higher role may use it too."""

    def declare(view: _View) -> _View:
        view.access = role  # type: ignore[attr-defined]
        return view

    return declare


def register_access(app: Flask) -> None:
    """Checks every request against what its view declares."""
    open_to_anyone(app.view_functions["static"])
    app.before_request(_check)


def current_account() -> Account:
    """Returns who is logged in; only for views that need a role."""
    return cast(Account, current_user)


def is_fragment() -> bool:
    """Tells whether the page's script asks, and not a person."""
    return FRAGMENT_HEADER in request.headers


def _check() -> ResponseReturnValue | None:
    if request.endpoint is None:  # no such address
        return None
    access = getattr(current_app.view_functions[request.endpoint], "access", None)
    if access == ANYONE:
        return None
    if not current_user.is_authenticated:
        if is_fragment():
            abort(401)
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("entry.login_form", next=wanted), 303)
    if not isinstance(access, Role) or not current_account().role.covers(access):
        refuse_role()
    return _second_factor_first()


def refuse_role() -> NoReturn:
    """Refuses a page that is not for this role; the log says who tried."""
    where = f"{request.method} {request.endpoint}"
    _LOG.warning("refused: account %s at %s", current_account().id, where)
    abort(403)


def _second_factor_first() -> ResponseReturnValue | None:
    """Leads to the set-up of the second factor where the clinic requires one."""
    is_required = current_site().settings.desk_second_factor == "required"
    if not is_required or current_account().has_second_factor:
        return None
    if request.blueprint == "me" or request.endpoint == "entry.logout":
        return None
    return redirect(url_for("me.account"), 303)
