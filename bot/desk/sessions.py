"""Staff sessions: signed cookies that end when idle, after a working day, or with the account."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from typing import Final

from flask import Flask, flash, request, session
from flask_login import LoginManager, login_user

from bot.desk.access import FRAGMENT_HEADER
from bot.desk.accounts import Account
from bot.desk.site import Site, current_site
from bot.settings import Settings

#: Also the busiest session ends after this time.
LONGEST_SESSION: Final = dt.timedelta(hours=12)
_LOGGED_IN: Final = "_user_id"  # flask-login's own key
_BEGAN: Final = "began_at"
_SEEN: Final = "seen_at"
_GRAIN: Final = 20  # seconds; the cookie is not sent anew with every request


def register_sessions(app: Flask, site: Site) -> None:
    """Sets up the cookie's flags, the log-in and the idle log-off.

    Raises:
        SettingsError: in production, when no secret key is set.
    """
    is_https = site.settings.desk_url.startswith("https://")
    app.config |= {
        "SECRET_KEY": _key(site.settings),
        # A browser takes a `__Host-` cookie from this host over HTTPS only.
        "SESSION_COOKIE_NAME": "__Host-faqbot_desk" if is_https else "faqbot_desk",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        # As long as the session: a reply may take its time, and the page is refreshed by parts.
        "WTF_CSRF_TIME_LIMIT": None,
    }
    app.before_request(_end_when_due)
    manager = LoginManager()
    manager.session_protection = None  # phones change their address all the time
    manager.user_loader(site.accounts.of_session)
    # Error pages must not look up who is logged in: the database may be what failed.
    manager.init_app(app, add_context_processor=False)


def begin_session(account: Account) -> None:
    """Logs an account in, in a session of its own."""
    session.clear()
    now = int(current_site().clock().timestamp())
    session[_BEGAN] = session[_SEEN] = now
    login_user(account)


def end_session() -> None:
    """Logs off."""
    session.clear()


def _end_when_due() -> None:
    if _LOGGED_IN not in session or request.endpoint == "static":
        return
    site = current_site()
    now = site.clock().timestamp()
    idle = now - session.get(_SEEN, 0)
    minutes = site.settings.desk_idle_minutes
    if idle > minutes * 60:
        session.clear()
        flash(f"You were logged off after {minutes} minutes without activity.")
    elif now - session.get(_BEGAN, 0) > LONGEST_SESSION.total_seconds():
        session.clear()
        flash("You were logged off at the end of a long session. Please log in again.")
    elif request.headers.get(FRAGMENT_HEADER) != "idle" and idle > _GRAIN:
        session[_SEEN] = int(now)


def _key(settings: Settings) -> str:
    # A key of the desk's own: what another part signs with the same secret opens nothing here.
    secret = settings.require_secret_key().encode()
    return hmac.new(secret, b"faqbot desk sessions", hashlib.sha256).hexdigest()
