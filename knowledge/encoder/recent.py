"""An encoder that remembers the newest texts: a message is read again beside the next one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import numpy as np

from knowledge.encoder import Encoder, Vectors

#: A vector takes 1.5 KB. A message has two or three parts, and the next one needs its vector again.
_KEPT: Final = 512


class RecentEncoder:
    """Wraps an encoder whose vectors depend on nothing but the text; safe for several threads."""

    def __init__(self, encoder: Encoder, kept: int = _KEPT) -> None:
        """Prepares an empty memory.

        Args:
            encoder: does the work.
            kept: how many texts are remembered.
        """
        self._encoder = encoder
        self._kept = kept
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

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
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        found.update(zip(new, self._encoder.encode(new), strict=True))
        with self._lock:
            for text in texts:
                self._known[text] = found[text]
                self._known.move_to_end(text)
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([found[text] for text in texts])
