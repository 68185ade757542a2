"""Who may call a route. Every view declares it, also when it is anyone; a test watches."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from flask import request

from bot.channels.web.problems import ProblemError
from bot.channels.web.site import current_site

_P = ParamSpec("_P")
_R = TypeVar("_R")
_LONGEST_TOKEN: Final = 200

ANYONE: Final = "anyone"
VISITOR: Final = "visitor"


def open_to_anyone(view: Callable[_P, _R]) -> Callable[_P, _R]:
    """Declares a view that needs no token."""
    view.access = ANYONE  # type: ignore[attr-defined]
    return view


def visitor_only(view: Callable[_P, _R]) -> Callable[_P, _R]:
    """Declares a view that needs the token of the conversation in its address."""

    @functools.wraps(view)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        token = _bearer_token()
        if not current_site().core.visits.opens(str(kwargs["conversation_id"]), token):
            raise _refused("invalid_token", "The token does not open this conversation.")
        return view(*args, **kwargs)

    guarded.access = VISITOR  # type: ignore[attr-defined]
    return guarded


def _bearer_token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > _LONGEST_TOKEN:
        fix = "Send `Authorization: Bearer` with the token of the conversation."
        raise _refused("", fix)
    return token


def _refused(error: str, detail: str) -> ProblemError:
    challenge = 'Bearer realm="chat"' + (f', error="{error}"' if error else "")
    headers = {"WWW-Authenticate": challenge}
    code = "invalid-token" if error else "token-missing"
    title = "The conversation is closed to you."
    return ProblemError(401, code, title, detail, headers=headers)
