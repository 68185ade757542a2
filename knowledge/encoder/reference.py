"""The reference encoder: sentence-transformers itself. Used to build, fit and check parity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from knowledge.encoder import Vectors
from knowledge.encoder.weights import DEFAULT_MODEL, model_folder


class SentenceTransformerEncoder:
    """A sentence-transformers model on the CPU."""

    def __init__(self, model: Any, identity: str) -> None:
        self.model = model
        self._identity = identity

    @classmethod
    def load(cls, model: str = DEFAULT_MODEL) -> SentenceTransformerEncoder:
        """Loads a model from its verified folder.

        Raises:
            EncoderError: if the weights are missing or are not the published ones.
        """
        from sentence_transformers import SentenceTransformer

        folder = model_folder(model)
        return cls(SentenceTransformer(str(folder), device="cpu"), model)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.model.get_embedding_dimension())

    @property
    def identity(self) -> str:
        """The model's name or folder."""
        return self._identity

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Returns an array of shape (len(texts), dimension), rows of Euclidean length 1."""
        vectors = self.model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False, batch_size=64
        )
        return np.asarray(vectors, dtype=np.float32)
