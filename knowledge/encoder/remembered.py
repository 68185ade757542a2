"""An encoder that remembers: a rebuild after an edit encodes only what is new."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from knowledge.encoder import Encoder, Vectors


class RememberingEncoder:
    """Wraps an encoder; keeps the vectors of what was encoded last in one file."""

    def __init__(self, encoder: Encoder, path: Path) -> None:
        """Reads what is remembered of this very encoder.

        Args:
            encoder: does the work.
            path: an ``.npz`` file; one of another encoder, or a damaged one, is written anew.
        """
        self._encoder = encoder
        self._path = path
        self._known: dict[bytes, Vectors] = {}
        self._used: dict[bytes, Vectors] = {}
        try:
            # Opened here: of a damaged file the library would leave its own handle open.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
                if str(data["identity"]) == encoder.identity:
                    digests = (bytes(row) for row in data["digests"])
                    self._known = dict(zip(digests, data["vectors"], strict=True))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            self._known = {}

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._encoder.dimension

    @property
    def identity(self) -> str:
        """The wrapped encoder's."""
        return self._encoder.identity

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Returns an array of shape (len(texts), dimension), rows of Euclidean length 1."""
        digests = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        new = {d: t for d, t in zip(digests, texts, strict=True) if d not in self._known}
        self._known.update(zip(new, self._encoder.encode(list(new.values())), strict=True))
        self._used.update((digest, self._known[digest]) for digest in digests)
        if not digests:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([self._known[digest] for digest in digests])

    def save(self) -> None:
        """Writes what was encoded since this object was made, and forgets the rest."""
        digests = np.array([np.frombuffer(d, dtype=np.uint8) for d in self._used])
        vectors = np.array(list(self._used.values()), dtype=np.float32)
        fresh = self._path.with_name(self._path.name + ".new.npz")
        np.savez(fresh, identity=np.array(self.identity), digests=digests, vectors=vectors)
        fresh.replace(self._path)
