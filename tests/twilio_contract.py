"""Twilio's contract for messages, in the form of OpenAPI, written by hand from its documentation.

`python tests/twilio_contract.py DOCUMENT` compares it with the document that Twilio publishes
(spec/json/twilio_api_v2010.json of twilio/twilio-oai). With `TWILIO_OPENAPI` naming that file, the
tests generate their server from it instead of from this.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

PATH: Final = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
_FORM: Final = "application/x-www-form-urlencoded"
_SID: Final = {"type": "string", "nullable": True, "pattern": "^(SM|MM)[0-9a-fA-F]{32}$"}
_TEXT: Final = {"type": "string", "nullable": True}
#: The fields that we send, and those of the answer that we read.
CONTRACT: Final[dict[str, Any]] = {
    "paths": {
        PATH: {
            "post": {
                "requestBody": {"content": {_FORM: {"schema": {
                    "type": "object",
                    "required": ["To"],
                    "properties": {
                        name: {"type": "string"}
                        for name in ("To", "From", "Body", "StatusCallback", "MessagingServiceSid")
                    },
                }}}},
                "responses": {"201": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/api.v2010.account.message"},
                }}}},
            },
            "get": {"parameters": [
                {"name": name, "in": "query"} for name in ("To", "From", "PageSize", "Page")
            ]},
        },
    },
    "components": {"schemas": {
        "api.v2010.account.message": {
            "type": "object",
            "properties": {
                "sid": _SID, "body": _TEXT, "from": _TEXT, "to": _TEXT, "date_created": _TEXT,
                "account_sid": {"type": "string", "nullable": True,
                                "pattern": "^AC[0-9a-fA-F]{32}$"},
                "error_code": {"type": "integer", "nullable": True},
                "status": {"$ref": "#/components/schemas/message_enum_status"},
            },
        },
        "message_enum_status": {"type": "string", "enum": [
            "queued", "sending", "sent", "failed", "delivered", "undelivered", "receiving",
            "received", "accepted", "scheduled", "read", "partially_delivered", "canceled",
        ]},
    }},
}  # fmt: skip


def contract() -> dict[str, Any]:
    """Returns the contract: Twilio's own document where one is given."""
    given = os.environ.get("TWILIO_OPENAPI")
    if not given:
        return CONTRACT
    document: dict[str, Any] = json.loads(Path(given).read_text(encoding="utf-8"))
    return document


def form_schema(document: dict[str, Any]) -> dict[str, Any]:
    """Returns the schema of a message's form."""
    schema: dict[str, Any] = document["paths"][PATH]["post"]["requestBody"]["content"][_FORM][
        "schema"
    ]
    return schema


def differences(published: dict[str, Any]) -> list[str]:
    """Returns where the hand-written contract says otherwise than the published one."""
    ours, theirs = form_schema(CONTRACT), form_schema(published)
    found = []
    if set(ours["required"]) != set(theirs["required"]):
        found.append(f"required: {theirs['required']}")
    found += [f"form: no {n}" for n in ours["properties"] if n not in theirs["properties"]]
    query = {p["name"] for p in published["paths"][PATH]["get"]["parameters"]}
    asked = CONTRACT["paths"][PATH]["get"]["parameters"]
    found += [f"query: no {p['name']}" for p in asked if p["name"] not in query]
    for name, schema in CONTRACT["components"]["schemas"].items():
        other = published["components"]["schemas"][name]
        if schema.get("enum") != other.get("enum"):
            found.append(f"{name}: {other.get('enum')}")
        for field, wanted in schema.get("properties", {}).items():
            said = other["properties"].get(field, {})
            if any(said.get(key) != value for key, value in wanted.items()):
                found.append(f"{name}.{field}: {said}")
    return found


if __name__ == "__main__":
    for difference in differences(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))):
        print(difference)
