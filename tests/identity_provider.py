"""A small identity provider: real HTTP, real signatures, and lies on request."""

from __future__ import annotations

import functools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "the-desk"


@functools.cache
def _key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "a"})


@dataclass
class Provider:
    """What it says of whoever logs in; `claims` replaces what it would say."""

    issuer: str = ""
    nonce: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=_key)
    signing_key: RSAKey | None = None

    def id_token(self) -> str:
        now = int(time.time())
        said = {
            "iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 60,
            "nonce": self.nonce, "email": "sam@clinic.example", "email_verified": True,
        }  # fmt: skip
        header = {"alg": "RS256", "kid": "a"}
        return jwt.encode(header, {**said, **self.claims}, self.signing_key or self.key)

    def answers(self) -> dict[str, Any]:
        at = self.issuer
        return {
            "/.well-known/openid-configuration": {
                "issuer": at,
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token",
                "jwks_uri": f"{at}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            },
            "/keys": {"keys": [self.key.as_dict(private=False)]},
        }


@contextmanager
def identity_provider() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(provider.answers().get(self.path, {}))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            token = {"access_token": "x", "token_type": "Bearer", "expires_in": 60}
            self._send({**token, "id_token": provider.id_token()})

        def _send(self, answer: dict[str, Any]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield provider
    server.shutdown()
    server.server_close()
