"""What providers do alike whose API takes a text as JSON and lists none."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.adapters.sms.calls import (
    CLIENT_ERROR,
    SERVER_ERROR,
    Caller,
    CallTimes,
    Response,
    handed_over,
    json_object,
)
from bot.adapters.sms.errors import BadWebhookError
from bot.adapters.sms.interfaces import Answer
from bot.conversation.texting.model import (
    Accepted,
    Lost,
    OutgoingText,
    Refused,
    SendResult,
    TryAgain,
)

_JSON: Final = {"Content-Type": "application/json"}


class JsonApi(ABC):
    """Half of a `bot.adapters.sms.interfaces.Provider`; a provider says where its facts stand."""

    can_find = False
    answer = Answer()
    #: The error code that says that the person has opted out.
    opted_out: ClassVar[str]
    #: Whether a text was surely not taken when the answer is a 5xx.
    refuses_whole: ClassVar[bool]

    def __init__(self, name: str, status_url: str, times: CallTimes | None = None) -> None:
        """Prepares the gateway; nothing is called yet.

        Args:
            name: of the gateway.
            status_url: where the provider reports on texts.
            times: how long a call may take.
        """
        self._name, self._status_url = name, status_url
        self._caller = Caller(times)

    def find(self, text: OutgoingText, known: frozenset[str]) -> SendResult | None:
        del text, known
        return TryAgain("the provider cannot list texts")

    def _hand_over(self, url: str, headers: Mapping[str, str], data: bytes) -> SendResult:
        sent = {**_JSON, **headers}
        return handed_over(lambda: self._result(self._caller.call("POST", url, sent, data)))

    def _result(self, response: Response) -> SendResult:
        if response.status >= SERVER_ERROR:
            reason = f"error {response.status}"
            return TryAgain(reason) if self.refuses_whole else Lost(reason)
        said = json_object(response.body)
        if response.status >= CLIENT_ERROR:
            code = self._error_in(said) or str(response.status)
            return Refused(code, opted_out=code == self.opted_out)
        sid = self._id_in(said)
        return Accepted(sid) if isinstance(sid, str) and sid else Lost("an answer without an id")

    @abstractmethod
    def _error_in(self, said: Mapping[str, Any]) -> str | None:
        """Returns the code of an error, of 64 characters at most."""

    @abstractmethod
    def _id_in(self, said: Mapping[str, Any]) -> object:
        """Returns the provider's id of a text that it took."""


def parsed(body: bytes) -> Any:
    """Returns what a webhook's body holds.

    Raises:
        BadWebhookError: if it is no JSON.
    """
    try:
        return json.loads(body)
    except ValueError as error:
        raise BadWebhookError("the body is no JSON") from error
