"""The only code that calls Rasa."""

from __future__ import annotations

import json
import time
from typing import Any, Final

import urllib3
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as PoolTimeoutError

from bot.adapters.rasa_reply import parsed_decision, parsed_result
from bot.conversation.errors import DialogueError
from bot.conversation.model import DialogueRequest, DialogueResult

_OK: Final = 200
_MAX_BYTES: Final = 1_000_000
_CHUNK: Final = 65_536
#: Rasa's web server closes a silent connection after 5 s; a request that meets the closing fails
#: without a fault of the message. So a connection is not used again shortly before.
_IDLE: Final = 3.0
_READY_TIMEOUT: Final = 0.7


class _FreshConnection(HTTPConnection):
    """A connection that counts as dropped when it has been silent for too long."""

    last_used: float = 0.0

    @property
    def is_connected(self) -> bool:
        """Whether the pool may use the connection again."""
        return super().is_connected and time.monotonic() - self.last_used < _IDLE

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Sends a request and remembers when."""
        super().request(*args, **kwargs)
        self.last_used = time.monotonic()


class RasaClient:
    """Implements `bot.conversation.ports.Dialogue` over Rasa's own REST channel.

    A message is never sent twice: Rasa would take the second for another message of the visitor.
    """

    def __init__(self, base_url: str, timeout: float, connections: int = 32) -> None:
        """Prepares the connection pool.

        Args:
            base_url: where Rasa listens.
            timeout: seconds that one message may take altogether.
            connections: how many are kept open.
        """
        self._url, self._timeout = base_url.rstrip("/"), timeout
        self._pool = urllib3.PoolManager(num_pools=2, maxsize=connections, retries=False)
        self._pool.pool_classes_by_scheme = {
            **self._pool.pool_classes_by_scheme,
            "http": _FreshPool,
        }

    def respond(self, request: DialogueRequest) -> DialogueResult:
        """Asks Rasa for the replies to one message.

        Raises:
            DialogueError: if there is no usable answer in time.
        """
        status, body = self._post(
            {
                "sender": request.conversation_id,
                "message": request.text,
                "channel": request.channel.value,
                "previous": list(request.previous),
            }
        )
        try:
            answer = json.loads(body)
        except ValueError as error:
            reason = "malformed" if status == _OK else "status"
            raise DialogueError(reason, f"HTTP {status}, no JSON") from error
        if status != _OK:
            decision = parsed_decision(answer.get("decision")) if isinstance(answer, dict) else None
            raise DialogueError("status", f"HTTP {status}", decision)
        return parsed_result(answer)

    def is_ready(self) -> bool:
        """Tells whether Rasa has its model loaded."""
        return is_ready(self._pool, f"{self._url}/webhooks/faq/readyz")

    def close(self) -> None:
        """Closes every connection."""
        self._pool.clear()

    def _post(self, payload: dict[str, Any]) -> tuple[int, bytes]:
        deadline = time.monotonic() + self._timeout
        try:
            response = self._pool.request(
                "POST",
                f"{self._url}/webhooks/faq/webhook",
                body=json.dumps(payload).encode(),
                headers={"Content-Type": "application/json"},
                timeout=urllib3.Timeout(total=self._timeout),
                preload_content=False,
            )
            return response.status, _read(response, deadline)
        except NewConnectionError as error:  # a kind of time-out to urllib3, but nobody listens
            raise DialogueError("unreachable", type(error).__name__) from error
        except PoolTimeoutError as error:
            raise DialogueError("timeout", f"{self._timeout:g} s") from error
        except HTTPError as error:
            raise DialogueError("unreachable", type(error).__name__) from error


class _FreshPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _FreshConnection


def is_ready(pool: urllib3.PoolManager, url: str) -> bool:
    """Tells whether a GET answers 200 soon."""
    try:
        return pool.request("GET", url, timeout=_READY_TIMEOUT).status == _OK
    except HTTPError:
        return False


def _read(response: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
    body = bytearray()
    try:
        while chunk := response.read1(_CHUNK):
            body += chunk
            _check(len(body), deadline)
    except BaseException:
        response.close()  # half an answer is left in it
        raise
    response.release_conn()
    return bytes(body)


def _check(size: int, deadline: float) -> None:
    # The client's own time-out starts anew with every byte; this one does not.
    if time.monotonic() > deadline:
        raise DialogueError("timeout", "the answer came too slowly")
    if size > _MAX_BYTES:
        raise DialogueError("malformed", f"more than {_MAX_BYTES} bytes")
