"""Where a log-in may lead on to: this desk's own pages, and nowhere else."""

from __future__ import annotations

import re
from typing import Final

from flask import url_for

_ONWARD: Final = re.compile(r"/(resolved)?(\?[\w=&%+.-]{1,300})?|/conversations/[0-9a-f-]{36}")


def safe_onward(onward: str) -> str:
    """Returns the address if it is one of the desk's, else the inbox."""
    return onward if _ONWARD.fullmatch(onward) else url_for("lists.inbox")
