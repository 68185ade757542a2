"""Handing texts to every provider, over real sockets."""

from __future__ import annotations

import base64
import contextlib
import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.adapters.sms.calls import CallTimes
from bot.adapters.sms.config import HttpAccount, TelnyxAccount, TwilioAccount
from bot.adapters.sms.http import SIGNATURE, HttpProvider, sign
from bot.adapters.sms.interfaces import Webhook
from bot.adapters.sms.telnyx import TelnyxProvider
from bot.adapters.sms.twilio import TwilioProvider
from bot.conversation.texting.model import (
    Accepted,
    Lost,
    Numbers,
    OutgoingText,
    Refused,
    TextState,
    TryAgain,
)
from tests.loopback_server import serving
from tests.scripted_dialogue import START
from tests.signed_webhooks import TWILIO_SID, TWILIO_TOKEN

QUICK = CallTimes(connect=1, read=0.3)
STATUS = "https://texts.clinic.example/sms/x/status"
SECRET = "generic-secret-0123456789"
TEXT = OutgoingText(
    id=1, ref="r1", message_id="m", conversation_id="c",
    numbers=Numbers("x", "+12025550101", "+12025550111"), body="Call 988 \u20ac", urgent=True,
    exempt=False, may_wait=False, state=TextState.SENDING, attempts=1, look_ups=0,
    provider_id=None, created_at=START, attempted_at=START,
)  # fmt: skip


class Api:
    """An API that answers what a test says and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.answer: tuple[int, Any] = (200, {})
        self.url = ""

    @contextlib.contextmanager
    def serving(self) -> Iterator[Api]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                api.asked.append((self.path, dict(self.headers), body))
                status, answer = api.answer
                if status == 0:
                    time.sleep(0.6)
                    return
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as self.url:
            yield self


@pytest.fixture
def api() -> Iterator[Api]:
    with Api().serving() as served:
        yield served


def _telnyx(url: str) -> TelnyxProvider:
    key = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    account = TelnyxAccount(
        provider="telnyx", api_key="KEY" * 8, public_key=key, numbers=("+12025550101",),
        api_url=url,
    )  # fmt: skip
    return TelnyxProvider("x", account, STATUS, QUICK)


def _generic(url: str) -> HttpProvider:
    account = HttpAccount(
        provider="http", secret=SECRET, send_url=f"{url}/send", numbers=("+12025550101",)
    )
    return HttpProvider("x", account, STATUS, QUICK)


def _twilio(url: str) -> TwilioProvider:
    account = TwilioAccount(
        provider="twilio", account_sid=TWILIO_SID, auth_token=TWILIO_TOKEN,
        numbers=("+12025550101",), api_url=url,
    )  # fmt: skip
    return TwilioProvider("x", account, STATUS, QUICK)


def test_telnyx_gets_the_text_and_where_to_report_when_it_is_sent(api: Api) -> None:
    api.answer = (200, {"data": {"id": "T1"}})
    assert _telnyx(api.url).send(TEXT) == Accepted("T1")
    path, headers, body = api.asked[0]
    assert path == "/v2/messages"
    assert headers["Authorization"] == "Bearer " + "KEY" * 8
    assert json.loads(body) == {
        "from": "+12025550101", "to": "+12025550111", "text": "Call 988 \u20ac",
        "webhook_url": f"{STATUS}?text=r1", "use_profile_webhooks": False,
    }  # fmt: skip


def test_generic_gateway_gets_a_signed_text_with_its_key_when_it_is_sent(api: Api) -> None:
    api.answer = (202, {"id": "G1"})
    assert _generic(api.url).send(TEXT) == Accepted("G1")
    _, headers, body = api.asked[0]
    at = int(headers[SIGNATURE].split(",")[0].removeprefix("t="))
    assert headers[SIGNATURE] == sign(SECRET, f"{api.url}/send", body, at)
    assert headers["Idempotency-Key"] == "r1"
    assert json.loads(body)["status_url"] == f"{STATUS}?text=r1"


@pytest.mark.parametrize(
    ("answer", "telnyx", "generic"),
    [
        ((429, {}), TryAgain, TryAgain),
        ((500, {}), TryAgain, Lost),
        ((503, b"<html>"), TryAgain, Lost),
        ((0, {}), Lost, Lost),
        ((200, b"not json"), Lost, Lost),
        ((200, {"data": {}}), Lost, Lost),
        ((400, b"not json"), Refused, Refused),
        ((301, {}), Lost, Lost),
    ],
)
def test_result_says_whether_the_text_was_taken_when_something_fails(
    api: Api, answer: tuple[int, Any], telnyx: type, generic: type
) -> None:
    api.answer = answer
    assert isinstance(_telnyx(api.url).send(TEXT), telnyx)
    assert isinstance(_generic(api.url).send(TEXT), generic)
    assert len(api.asked) == 2


@pytest.mark.parametrize("provider", [_telnyx, _generic])
def test_text_was_surely_not_taken_when_nobody_listens(
    provider: Callable[[str], TelnyxProvider | HttpProvider],
) -> None:
    assert isinstance(provider("http://127.0.0.1:9").send(TEXT), TryAgain)


def test_refusal_is_an_opt_out_when_the_provider_says_so(api: Api) -> None:
    api.answer = (400, {"errors": [{"code": "40300", "title": "Blocked due to STOP message"}]})
    assert _telnyx(api.url).send(TEXT) == Refused("40300", opted_out=True)
    api.answer = (400, {"errors": [{"code": "40310"}]})
    assert _telnyx(api.url).send(TEXT) == Refused("40310")
    api.answer = (422, {"error": "opted_out"})
    assert _generic(api.url).send(TEXT) == Refused("opted_out", opted_out=True)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((201, {"sid": "SM1"}), Accepted("SM1")),
        ((201, b"<html>a page of a proxy's</html>"), Lost("an answer without an id")),
        ((201, []), Lost("an answer without an id")),
        ((503, b"<html>"), Lost("error 503")),
        ((400, {"code": 21610, "message": "", "status": 400}), Refused("21610", opted_out=True)),
        ((400, {"type": "urn:x", "title": "x", "code": 21610, "status": 400}),
         Refused("21610", opted_out=True)),
        ((502, {"type": "urn:x", "title": "x", "code": 20500, "status": 502}), Lost("error 502")),
        ((404, b"<html>"), Refused("404")),
    ],
)  # fmt: skip
def test_result_is_told_and_never_raised_when_twilio_answers_in_any_form(
    api: Api, answer: tuple[int, Any], expected: object
) -> None:
    api.answer = answer
    assert _twilio(api.url).send(TEXT) == expected


@pytest.mark.parametrize(
    "answer", [(500, {"code": 20500}), (401, {}), (200, b"<html>"), (200, []), (0, {}), (429, {})]
)
def test_look_up_is_to_be_tried_again_when_twilio_cannot_answer_it(
    api: Api, answer: tuple[int, Any]
) -> None:
    api.answer = answer
    assert isinstance(_twilio(api.url).find(TEXT, frozenset()), TryAgain)


def test_report_is_an_opt_out_when_its_error_says_so() -> None:
    body = json.dumps({"reports": [{"id": "G1", "status": "failed", "error": "opted_out"}]})
    webhook = Webhook(STATUS, {}, body.encode(), {}, {"text": "r1"})
    (report,) = _generic("http://127.0.0.1:9").reports(webhook)
    assert (report.state, report.ref) == (TextState.BLOCKED, "r1")
