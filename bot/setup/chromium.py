"""Finds the real browser of the browser tests."""

from __future__ import annotations

import os
import shutil

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_USUAL_PLACES = ("/usr/bin", "/usr/local/bin", "/snap/bin", "/opt/google/chrome")


def find() -> str | None:
    """Returns the path of a Chromium or Chrome, or None."""
    places = os.pathsep.join([os.environ.get("PATH", ""), *_USUAL_PLACES])
    for name in _NAMES:
        found = shutil.which(name, path=places)
        if found:
            return found
    return None
