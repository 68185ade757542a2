from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient

from bot.adapters.database.models import SmsInboundRow, SmsSecurityRow, SmsStatusRow
from bot.channels.sms.refusals import Refusals
from bot.channels.sms.webhooks import PROVIDER
from tests.scripted_dialogue import Clinic
from tests.signed_webhooks import (
    PUBLIC_URL,
    TWILIO_SID,
    post_generic,
    post_telnyx,
    post_twilio,
    telnyx_text,
    twilio_text,
)

INBOUND = "/sms/main/inbound"


def _texts(clinic: Clinic) -> list[tuple[str, str]]:
    return [(row.gateway, row.text) for row in clinic.rows(SmsInboundRow)]


def _refusals(clinic: Clinic) -> list[tuple[str, str, str, int]]:
    rows = clinic.rows(SmsSecurityRow)
    return [(row.gateway, row.route, row.kind, row.times) for row in rows]


def test_text_is_stored_when_twilios_own_library_signed_it(
    client: FlaskClient, clinic: Clinic
) -> None:
    response = post_twilio(client, INBOUND, twilio_text(Body="h\u00e9llo & <b>"))
    assert (response.status_code, response.text) == (200, "<Response/>")
    assert response.content_type == "text/xml"
    assert _texts(clinic) == [("main", "h\u00e9llo & <b>")]
    assert _refusals(clinic) == []
    assert clinic.dialogue.requests == []  # that is the worker's


def test_text_is_stored_once_when_it_is_delivered_again(
    client: FlaskClient, clinic: Clinic
) -> None:
    answers = [post_twilio(client, INBOUND, twilio_text()) for _ in range(3)]
    assert {(a.status_code, a.text) for a in answers} == {(200, "<Response/>")}
    assert len(_texts(clinic)) == 1


def test_request_is_refused_when_anything_signed_was_changed(
    client: FlaskClient, clinic: Clinic
) -> None:
    right = twilio_text()
    tampered = [
        post_twilio(client, INBOUND, {**right, "Body": "i want to die"}, signed=right),
        post_twilio(client, INBOUND, {**right, "From": "+12025550112"}, signed=right),
        post_twilio(client, INBOUND, {**right, "Extra": "1"}, signed=right),
        post_twilio(client, INBOUND + "?x=1", right, signed_url=PUBLIC_URL + INBOUND),
        post_twilio(client, INBOUND, right, signed_url="https://other.example" + INBOUND),
        post_twilio(client, INBOUND, right, signed_url=PUBLIC_URL + "/sms/main/status"),
        post_twilio(client, INBOUND, right, token="another-token-0123456789"),
        client.post(INBOUND, data=right),
        client.post(INBOUND, data=right, headers={"X-Twilio-Signature": ""}),
        client.post(INBOUND, data=right, headers={"X-Twilio-Signature": "\u00e9"}),
    ]
    assert {response.status_code for response in tampered} == {403}
    assert _texts(clinic) == []
    assert _refusals(clinic) == [("main", "inbound", "bad_signature", len(tampered))]


def test_request_is_refused_when_it_is_for_another_account(
    client: FlaskClient, clinic: Clinic
) -> None:
    fields = twilio_text(AccountSid="AC" + "ff" * 16)
    assert post_twilio(client, INBOUND, fields).status_code == 403
    assert _refusals(clinic) == [("main", "inbound", "other_account", 1)]


def test_forwarded_headers_are_not_believed_when_the_address_is_checked(
    client: FlaskClient,
) -> None:
    headers = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example;proto=https",
    }  # fmt: skip

    def status_when_signed_over(site: str) -> int:
        return post_twilio(
            client, INBOUND, twilio_text(), signed_url=site + INBOUND, headers=headers,
            base_url="http://evil.example",
        ).status_code  # fmt: skip

    assert status_when_signed_over("https://evil.example") == 403
    assert status_when_signed_over("http://evil.example") == 403
    assert status_when_signed_over(PUBLIC_URL) == 200


def test_report_is_refused_when_the_provider_has_not_signed_it(
    client: FlaskClient, clinic: Clinic, telnyx_key: Ed25519PrivateKey
) -> None:
    fields = {"AccountSid": TWILIO_SID, "MessageSid": "SM" + "2c" * 16, "MessageStatus": "sent"}
    event = {"data": {"event_type": "message.finalized", "payload": {"id": "1", "to": []}}}
    report = {"reports": [{"id": "1", "status": "sent"}]}
    stranger = Ed25519PrivateKey.generate()
    refused = [
        post_twilio(client, "/sms/main/status", {**fields, "MessageStatus": "x"}, signed=fields),
        post_twilio(client, "/sms/main/status?text=a", fields,
                    signed_url=PUBLIC_URL + "/sms/main/status?text=b"),
        client.post("/sms/main/status", data=fields),
        post_telnyx(client, "/sms/second/status", event, stranger),
        post_telnyx(client, "/sms/second/status", event, telnyx_key, age=301),
        post_generic(client, "/sms/third/status", report, secret="x" * 20),
        post_generic(client, "/sms/third/status", report, age=301),
    ]  # fmt: skip
    assert {response.status_code for response in refused} == {403}
    assert clinic.rows(SmsStatusRow) == []
    assert sorted(_refusals(clinic)) == [
        ("main", "status", "bad_signature", 3), ("second", "status", "bad_signature", 1),
        ("second", "status", "too_old", 1), ("third", "status", "bad_signature", 1),
        ("third", "status", "too_old", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("field", ["From", "To", "MessageSid"])
def test_request_is_refused_when_a_signed_field_is_no_number_or_id(
    client: FlaskClient, clinic: Clinic, field: str
) -> None:
    response = post_twilio(client, INBOUND, twilio_text(**{field: "<script>" * 40}))
    assert response.status_code == 400
    assert _refusals(clinic) == [("main", "inbound", "malformed", 1)]
    assert _texts(clinic) == []


def test_request_is_refused_when_there_is_no_such_gateway(client: FlaskClient) -> None:
    assert client.post("/sms/nobody/inbound").status_code == 404


def test_text_is_stored_when_telnyx_signed_it(
    client: FlaskClient, clinic: Clinic, telnyx_key: Ed25519PrivateKey
) -> None:
    event = telnyx_text(media=[{"url": "https://x.example/1"}])
    assert post_telnyx(client, "/sms/second/inbound", event, telnyx_key).status_code == 200
    row = clinic.rows(SmsInboundRow)[0]
    assert (row.gateway, row.text, row.media) == ("second", "is it approved?", 1)
    assert (row.person_number, row.clinic_number) == ("+12025550111", "+12025550101")


def test_telnyx_request_is_refused_when_it_was_changed_replayed_late_or_signed_by_another(
    client: FlaskClient, clinic: Clinic, telnyx_key: Ed25519PrivateKey
) -> None:
    path, event = "/sms/second/inbound", telnyx_text()
    refused = [
        post_telnyx(client, path, event, telnyx_key, body=b'{"data": {}}'),
        post_telnyx(client, path, event, Ed25519PrivateKey.generate()),
        post_telnyx(client, path, event, telnyx_key, age=301),
        client.post(path, json=event),
        client.post(path, json=event, headers={"telnyx-timestamp": "now"}),
    ]
    assert {response.status_code for response in refused} == {403}
    assert _texts(clinic) == []
    assert sorted(_refusals(clinic)) == [
        ("second", "inbound", "bad_signature", 4), ("second", "inbound", "too_old", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("event", [[], {}, {"data": 1}, {"data": {"event_type": 1, "payload": {}}},
                                   telnyx_text(id=None), telnyx_text(to=None)])  # fmt: skip
def test_telnyx_request_is_refused_when_it_is_malformed(
    client: FlaskClient, telnyx_key: Ed25519PrivateKey, event: object
) -> None:
    assert post_telnyx(client, "/sms/second/inbound", event, telnyx_key).status_code == 400


def test_texts_are_stored_when_the_generic_gateway_delivers_several(
    client: FlaskClient, clinic: Clinic
) -> None:
    part = {"ref": "r", "number": 1, "total": 2}
    text = {"from": "+12025550111", "to": "+12025550102", "text": "hello"}
    messages = [{"id": "1", **text}, {"id": "2", **text, "part": part}, {"id": "1", **text}]
    response = post_generic(client, "/sms/third/inbound", {"messages": messages})
    assert response.status_code == 200
    assert [(row.provider_id, row.parts) for row in clinic.rows(SmsInboundRow)] == [
        ("1", 1), ("2", 2),
    ]  # fmt: skip


def test_generic_request_is_refused_when_it_is_old_or_signed_with_another_secret(
    client: FlaskClient, clinic: Clinic
) -> None:
    path = "/sms/third/inbound"
    assert post_generic(client, path, {"messages": []}, age=301).status_code == 403
    assert post_generic(client, path, {"messages": []}, secret="x" * 20).status_code == 403
    assert post_generic(client, path, {"messages": [{"id": 1}]}).status_code == 400
    assert post_generic(client, path, ["x"]).status_code == 400


def test_every_webhook_declares_its_access_when_the_site_is_built(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/sms/")]
    assert len(rules) == 2
    for rule in rules:
        assert rule.methods == {"POST", "OPTIONS"}
        assert getattr(app.view_functions[rule.endpoint], "access", None) == PROVIDER


def test_status_is_ignored_and_noted_when_it_is_about_a_text_that_is_not_ours(
    client: FlaskClient, clinic: Clinic
) -> None:
    fields = {"AccountSid": twilio_text()["AccountSid"], "MessageSid": "SM" + "2c" * 16,
              "MessageStatus": "undelivered", "ErrorCode": "30003"}  # fmt: skip
    for path in ("/sms/main/status", "/sms/main/status?text=unknown"):
        assert post_twilio(client, path, fields).status_code == 200
    assert clinic.rows(SmsStatusRow) == []
    assert _refusals(clinic) == [("main", "status", "other_text", 2)]


def test_figures_count_and_name_nobody_when_texts_came(client: FlaskClient, clinic: Clinic) -> None:
    post_twilio(client, INBOUND, twilio_text(Body="my secret words"))
    client.post(INBOUND, data=twilio_text())
    figures = client.get("/metrics").text
    assert 'faqbot_sms_webhooks_total{gateway="main",kind="text"} 1.0' in figures
    assert 'faqbot_sms_webhooks_total{gateway="main",kind="refused"} 1.0' in figures
    assert "secret" not in figures
    assert "2025550111" not in figures


def test_flood_of_refused_requests_fills_no_log_when_it_comes(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(200):
        client.post(INBOUND, data=twilio_text())
    lines = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
    assert len(lines) == 51
    assert lines[-1].endswith("bad_signature (100)")


def test_flood_of_refused_requests_costs_few_writes_when_it_comes() -> None:
    now = [0.0]
    refusals = Refusals(lambda: now[0])
    due = [refusals.due("main", "inbound", "bad_signature") for _ in range(1050)]
    assert sum(due) == 1050
    assert sum(1 for times in due if times) == 60
    assert refusals.due("main", "status", "bad_signature") == 1
    now[0] = 61.0
    assert refusals.due("main", "inbound", "bad_signature") == 1
