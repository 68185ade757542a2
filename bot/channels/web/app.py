"""The factory of the public site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from flask import Flask
from prometheus_client import CollectorRegistry
from werkzeug.middleware.proxy_fix import ProxyFix

from bot.assembly import Core
from bot.channels.web.api import api
from bot.channels.web.auth import open_to_anyone
from bot.channels.web.limited import DangerCheck
from bot.channels.web.limits import Limiter
from bot.channels.web.metrics import Metrics
from bot.channels.web.openapi import description
from bot.channels.web.operation import operation
from bot.channels.web.origins import register_origins
from bot.channels.web.page import page
from bot.channels.web.problems import register_problems
from bot.channels.web.readiness import Check, checks_of
from bot.channels.web.security import register_headers
from bot.channels.web.site import EXTENSION, Site
from bot.channels.web.streams import EventStreams
from bot.channels.web.widget_files import widget_files
from bot.settings import Settings

#: Adds routes and figures to the site.
Further = Callable[[Flask, Core, CollectorRegistry], None]
_MAX_BODY: Final = 64 * 1024


def create_app(
    settings: Settings,
    core: Core | None = None,
    *,
    streams: EventStreams | None = None,
    checks: dict[str, Check] | None = None,
    further: Sequence[Further] = (),
) -> Flask:
    """Builds the public site.

    Args:
        settings: what the operator chose.
        core: the conversation core; built from the settings by default.
        streams: the live event streams; as many as the settings say by default.
        checks: what `/readyz` looks at; database, Rasa, actions and worker by default.
        further: what other channels add to the site.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _MAX_BODY
    core = core or Core(settings)
    app.extensions[EXTENSION] = Site(
        settings=settings,
        core=core,
        metrics=Metrics(),
        streams=streams or EventStreams(settings.web_event_streams),
        limiter=Limiter(settings),
        danger=DangerCheck(core),
        checks=checks_of(core) if checks is None else checks,
    )
    for blueprint in (api, description, operation, page, widget_files):
        app.register_blueprint(blueprint)
    open_to_anyone(app.view_functions["static"])
    for add in further:
        add(app, core, app.extensions[EXTENSION].metrics.registry)
    register_problems(app)
    register_headers(app)
    register_origins(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_port=hops
        )
    return app
