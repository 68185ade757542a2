"""Calling a provider: one request, and whether it can have arrived."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from bot.adapters.sms.errors import AnswerLostError, NotReachedError
from bot.conversation.texting.model import Lost, SendResult, TryAgain

TOO_MANY: Final = 429
CLIENT_ERROR: Final = 400
SERVER_ERROR: Final = 500
_LONGEST_WAIT: Final = 300.0
# Its debug lines hold addresses, and a look-up's address holds a phone number.
logging.getLogger("urllib3").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class CallTimes:
    """Seconds that a call may take."""

    connect: float = 5.0
    read: float = 15.0


@dataclass(frozen=True, slots=True)
class Response:
    """A provider's answer."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Caller:
    """Calls one provider over kept connections; a request is never sent twice by itself."""

    def __init__(self, times: CallTimes | None = None) -> None:
        times = times or CallTimes()
        self._timeout = urllib3.Timeout(connect=times.connect, read=times.read)
        self._pool = urllib3.PoolManager(num_pools=2, maxsize=8, retries=False)

    def call(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Response:
        """Sends one request.

        Raises:
            NotReachedError: if the provider surely has not acted upon it: it was never reached,
                or it answered 429.
            AnswerLostError: if it may have.
        """
        try:
            response = self._pool.request(
                method,
                url,
                body=body,
                headers=dict(headers),
                timeout=self._timeout,
                redirect=False,
            )
        except (NewConnectionError, ConnectTimeoutError) as error:
            raise NotReachedError(f"not reached: {type(error).__name__}") from error
        except HTTPError as error:
            raise AnswerLostError(f"no answer: {type(error).__name__}") from error
        if response.status == TOO_MANY:
            raise NotReachedError("too many requests (429)", _wait(response.headers))
        return Response(response.status, response.data, response.headers)


def handed_over(hand_over: Callable[[], SendResult]) -> SendResult:
    """Returns what became of a text, also when the provider was not reached or did not answer."""
    try:
        return hand_over()
    except NotReachedError as error:
        return TryAgain(str(error), error.after)
    except AnswerLostError as error:
        return Lost(str(error))


def json_object(body: bytes) -> dict[str, Any]:
    """Returns the JSON object of an answer; empty when it holds none."""
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _wait(headers: Mapping[str, str]) -> float:
    given = headers.get("Retry-After", "")
    return min(float(given), _LONGEST_WAIT) if given.isascii() and given.isdigit() else 0.0
