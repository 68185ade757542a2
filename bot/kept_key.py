"""Keys that `local` mode makes by itself and keeps in a file that only its owner reads.

Rasa's process reads them too, so this needs no more than Python 3.10.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

SHORTEST_KEY: Final = 32


class DamagedKeyError(Exception):
    """A key's file holds no key; names the file."""


def kept_key(file: Path) -> str:
    """Returns the key in a file; makes one at the first call, readable by its owner only.

    Raises:
        DamagedKeyError: if the file holds no key.
        OSError: if it can be neither read nor written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        # Written aside and linked into place, so that no other process reads half a key.
        draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process was first
            os.link(draft, file)
        draft.unlink()
    key = file.read_text(encoding="ascii").strip()
    if len(key) < SHORTEST_KEY:
        raise DamagedKeyError(str(file))
    return key
