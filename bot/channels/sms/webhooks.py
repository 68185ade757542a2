"""What providers call. A request is verified, stored and acknowledged; the worker does the rest."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

from flask import Blueprint, Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Counter

from bot.adapters.database.texts_gate import SqlTextGate
from bot.adapters.sms.errors import BadSignatureError, BadWebhookError
from bot.adapters.sms.interfaces import Provider, Webhook
from bot.assembly import Core
from bot.channels.sms.refusals import Refusals

_LOG: Final = logging.getLogger(__name__)
_EXTENSION: Final = "faqbot_sms"
#: Who may call these routes, for the test that every route declares it.
PROVIDER: Final = "provider"

sms: Final = Blueprint("sms", __name__, url_prefix="/sms")


@dataclass(frozen=True, slots=True)
class _Site:
    gate: SqlTextGate
    providers: dict[str, Provider]
    public_url: str
    figures: Counter
    refusals: Refusals


def signed_by_provider(
    view: Callable[[str, Provider, Webhook], ResponseReturnValue],
) -> Callable[[str], ResponseReturnValue]:
    """Declares a view that only the provider itself may call: its signature is checked first."""

    def guarded(gateway: str) -> ResponseReturnValue:
        site, route = _site(), view.__name__
        provider = site.providers.get(gateway)
        if provider is None:
            return _refused(404, "There is no such gateway.")
        webhook = _webhook(site.public_url)
        try:
            provider.verify(webhook)
            return view(gateway, provider, webhook)
        except BadSignatureError as error:
            _count_refusal(gateway, route, error.kind)
            return _refused(403, "The signature is not the provider's.")
        except BadWebhookError as error:
            _LOG.warning("webhook %s of %s: %s", route, gateway, error)  # names a field
            _count_refusal(gateway, route, "malformed")
            return _refused(400, "The request is not of the provider's form.")

    guarded.__name__, guarded.__doc__ = view.__name__, view.__doc__
    # A function takes any attribute, but none that its type could declare.
    guarded.access = PROVIDER  # type: ignore[attr-defined]
    return guarded


@sms.post("/<gateway>/inbound")
@signed_by_provider
def inbound(gateway: str, provider: Provider, webhook: Webhook) -> ResponseReturnValue:
    """Takes texts in, each once, however often it is delivered."""
    texts = provider.incoming(webhook)
    new = _site().gate.accept(texts)
    _count(gateway, "text", new)
    _count(gateway, "repeat", len(texts) - new)
    return _acknowledged(provider)


@sms.post("/<gateway>/status")
@signed_by_provider
def status(gateway: str, provider: Provider, webhook: Webhook) -> ResponseReturnValue:
    """Takes reports on texts that were sent; one on a text that is not ours is ignored."""
    reports = provider.reports(webhook)
    strange = _site().gate.report(reports)
    for _ in range(strange):
        _count_refusal(gateway, "status", "other_text")
    _count(gateway, "report", len(reports) - strange)
    return _acknowledged(provider)


def register_webhooks(app: Flask, core: Core, registry: CollectorRegistry) -> None:
    """Adds the webhooks of the configured gateways to the public site."""
    figures = Counter(
        "faqbot_sms_webhooks_total",
        "What SMS providers delivered, by gateway and kind.",
        ["gateway", "kind"],
        registry=registry,
    )
    app.extensions[_EXTENSION] = _Site(
        core.text_gate, dict(core.providers), core.settings.public_url, figures, Refusals()
    )
    app.register_blueprint(sms)


def _site() -> _Site:
    return cast(_Site, current_app.extensions[_EXTENSION])


def _webhook(public_url: str) -> Webhook:
    # Signatures are made over the address that the provider called. Behind a proxy the request
    # does not show it, so it is taken from the settings and never from a header.
    query = request.query_string.decode("ascii", "replace")
    body = request.get_data()  # before the form is parsed, which would consume it
    return Webhook(
        url=public_url + request.path + (f"?{query}" if query else ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        form={name: request.form.getlist(name) for name in request.form},
        query=request.args.to_dict(),
    )


def _acknowledged(provider: Provider) -> Response:
    answer = provider.answer
    return Response(answer.body, status=answer.status, content_type=answer.content_type)


def _refused(code: int, why: str) -> Response:
    return Response(why, status=code, content_type="text/plain")


def _count(gateway: str, kind: str, times: int) -> None:
    if times:
        _site().figures.labels(gateway, kind).inc(times)


def _count_refusal(gateway: str, route: str, kind: str) -> None:
    _count(gateway, "refused", 1)
    times = _site().refusals.due(gateway, route, kind)
    if times:
        _LOG.warning("webhook %s of %s refused: %s (%d)", route, gateway, kind, times)
        _site().gate.refuse(gateway, route, kind, times)
