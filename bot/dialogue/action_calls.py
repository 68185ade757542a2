"""Calls of the action server over connections that stay open, with what its actions read.

Rasa 3.6.21 opens a connection for every call and sends every event of the session along. Actions
of this service read the slots, the newest message, the open form and how long the session is. So
that is sent, and connections are kept. Rasa has no setting for either: two of its methods are
replaced, and only in the version whose source was read.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final
from weakref import WeakKeyDictionary

import aiohttp
import rasa
from rasa.core.actions.action import RemoteAction
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

#: Seconds; shorter than the action server keeps a connection (rasa-sdk: 120).
_KEEP_ALIVE: Final = 60.0
_open: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = WeakKeyDictionary()


class _Shared:
    """Lends the session of this event loop; Rasa's `async with` does not close it."""

    async def __aenter__(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        session = _open.get(loop)
        if session is None or session.closed:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE)
            timeout = aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT)
            session = _open[loop] = aiohttp.ClientSession(connector=connector, timeout=timeout)
        return session

    async def __aexit__(self, *_: object) -> None:
        return None


def install() -> None:
    """Replaces how Rasa calls actions. Calling it again changes nothing."""
    EndpointConfig.session = _session
    RemoteAction._action_call_format = _call  # noqa: SLF001


async def close() -> None:
    """Closes the connections of this event loop."""
    session = _open.pop(asyncio.get_running_loop(), None)
    if session is not None:
        await session.close()


def _session(self: EndpointConfig) -> Any:
    if self.basic_auth or self.headers:
        raise NotImplementedError("the action server takes no credentials and no headers")
    return _Shared()


def _call(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """Returns the body of a call: Rasa's own, with the visitor's turns as the only events."""
    state = tracker.current_state()
    state["events"] = [
        {"event": "user", "input_channel": event.input_channel, "timestamp": event.timestamp}
        for event in tracker.events
        if isinstance(event, UserUttered)
    ]
    return {
        "next_action": self._name,
        "sender_id": tracker.sender_id,
        "tracker": state,
        "version": rasa.__version__,
    }
