"""Figures for Prometheus; counts and times only, never text, ids or numbers of patients."""

from __future__ import annotations

import os
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from bot.conversation.model import Exchange

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8)


class Metrics:
    """The public site's figures."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "faqbot_web_request_seconds",
            "Time to answer a request, event streams excepted.",
            ["endpoint", "status"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._messages = Counter(
            "faqbot_web_messages_total",
            "Visitors' messages by what became of them.",
            ["outcome"],
            registry=self.registry,
        )
        self._replies = Counter(
            "faqbot_web_replies_total",
            "Automatic replies by kind.",
            ["kind"],
            registry=self.registry,
        )
        self.streams = Gauge(
            "faqbot_web_event_streams",
            "Open event streams.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )

    def count(self, exchange: Exchange) -> None:
        """Counts a message and its replies, once."""
        if exchange.is_repeat:
            return
        self._messages.labels(str(exchange.message.outcome)).inc()
        for reply in exchange.replies:
            self._replies.labels(str(reply.kind)).inc()

    def exposition(self) -> bytes:
        """Returns the figures as Prometheus reads them, summed over processes."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self.registry)
        everyone = CollectorRegistry()
        MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]
        return generate_latest(everyone)
