"""A browser at the desk without a screen: keeps its cookie, and sends forms."""

from __future__ import annotations

import re
from typing import Any

import urllib3


class DeskClient:
    """One member of staff."""

    def __init__(self, desk: str) -> None:
        self._desk, self._pool, self._cookie = desk, urllib3.PoolManager(retries=False), ""

    def get(self, path: str) -> urllib3.BaseHTTPResponse:
        """Opens a page."""
        return self._asked("GET", path)

    def post(self, page: str, path: str, **fields: str) -> urllib3.BaseHTTPResponse:
        """Opens a page, and sends a form of it to a path."""
        token = re.findall(r'name="csrf_token" value="([^"]+)"', self.get(page).data.decode())[0]
        return self._asked("POST", path, fields={"csrf_token": token, **fields})

    def _asked(
        self, method: str, path: str, fields: dict[str, str] | None = None
    ) -> urllib3.BaseHTTPResponse:
        headers = {"Cookie": self._cookie}
        further: Any = {} if fields is None else {"fields": fields, "encode_multipart": False}
        response = self._pool.request(
            method, self._desk + path, headers=headers, redirect=False, **further
        )
        if "Set-Cookie" in response.headers:
            self._cookie = response.headers["Set-Cookie"].partition(";")[0]
        return response
