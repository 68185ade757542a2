"""What the views share: the core, the settings and the figures, one set an app."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, cast

from flask import current_app

from bot.assembly import Core
from bot.channels.web.limited import DangerCheck
from bot.channels.web.limits import Limiter
from bot.channels.web.metrics import Metrics
from bot.channels.web.readiness import Check
from bot.channels.web.streams import EventStreams
from bot.settings import Settings

EXTENSION: Final = "faqbot_site"


@dataclass(frozen=True, slots=True)
class Site:
    """One app's parts."""

    settings: Settings
    core: Core
    metrics: Metrics
    streams: EventStreams
    limiter: Limiter
    danger: DangerCheck
    checks: dict[str, Check] = field(default_factory=dict)


def current_site() -> Site:
    """Returns the parts of the app that handles this request."""
    return cast(Site, current_app.extensions[EXTENSION])
