"""Logging in with the clinic's own identity provider (OpenID Connect), where one is set.

It says who somebody is; whether they may use the desk, and as what, the desk's own accounts say.
"""

from __future__ import annotations

import logging
from typing import Any, Final, cast

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, abort, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests.exceptions import RequestException

from bot.desk.access import open_to_anyone
from bot.desk.accounts import Account
from bot.desk.errors import AccountNotFoundError
from bot.desk.second_step import go_on
from bot.desk.site import current_site
from bot.settings import Settings

_LOG: Final = logging.getLogger(__name__)
single_sign_on: Final = Blueprint("single_sign_on", __name__, url_prefix="/oidc")
_EXTENSION: Final = "faqbot_oidc"
_TIMEOUT: Final = 8


def register_single_sign_on(app: Flask, settings: Settings) -> None:
    """Sets the provider up; nothing is asked of it before somebody logs in."""
    app.register_blueprint(single_sign_on)
    if not settings.oidc_issuer:
        app.extensions[_EXTENSION] = None
        return
    clients = OAuth(app)
    clients.register(
        "clinic",
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        # PKCE as well as the secret: a stolen code opens nothing.
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": _TIMEOUT,
        },
    )
    app.extensions[_EXTENSION] = clients.create_client("clinic")


@single_sign_on.get("/login")
@open_to_anyone
def begin() -> ResponseReturnValue:
    """Sends the browser to the provider."""
    provider = _provider()
    back = current_site().settings.desk_url + url_for("single_sign_on.finish")
    try:
        return cast(ResponseReturnValue, provider.authorize_redirect(back))
    except RequestException as error:
        return _refused(type(error).__name__)


@single_sign_on.get("/callback")
@open_to_anyone
def finish() -> ResponseReturnValue:
    """Takes the provider's answer; the library checks state, nonce, signature and audience."""
    try:
        claims = _provider().authorize_access_token().get("userinfo") or {}
    except (OAuthError, JoseError, RequestException) as error:
        return _refused(type(error).__name__)
    account = _account(claims)
    if account is None:
        return _refused("no account")
    return go_on(account, "")


def _account(claims: dict[str, Any]) -> Account | None:
    # An address that the provider has not verified could be anybody's.
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is not True:
        return None
    site = current_site()
    try:
        account = site.accounts.by_email(email)
    except AccountNotFoundError:
        return None
    if not account.is_active:
        return None
    site.accounts.note_login(account, "OpenID Connect")
    return account


def _provider() -> Any:
    provider = current_app.extensions[_EXTENSION]
    if provider is None:
        abort(404)
    return provider


def _refused(reason: str) -> ResponseReturnValue:
    _LOG.warning("log-in with the identity provider was refused: %s", reason)
    flash("The log-in with your clinic's account did not work. Ask an administrator.")
    return redirect(url_for("entry.login_form"), 303)
