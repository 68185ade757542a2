"""The reference encoder: sentence-transformers itself. Used to build, fit and check parity."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.encoder import Vectors
from knowledge.encoder.delta import TUNED_DIR, load_delta, read_manifest
from knowledge.encoder.weights import DEFAULT_MODEL, model_folder, weights_sha256
from knowledge.errors import EncoderError


class SentenceTransformerEncoder:
    """A sentence-transformers model on the CPU."""

    def __init__(self, model: Any, identity: str, *, rounded: bool = False) -> None:
        """Wraps a model.

        Args:
            model: the `SentenceTransformer`.
            identity: of its weights.
            rounded: whether it was tuned to be run in eight bits.
        """
        self.model = model
        self.rounded = rounded
        self._identity = identity

    @classmethod
    def load(
        cls, model: str = DEFAULT_MODEL, tuned: Path | None = TUNED_DIR
    ) -> SentenceTransformerEncoder:
        """Loads a model from its verified folder, with the tuned weights if they are of it.

        Args:
            model: a name that `knowledge.encoder.weights` knows, or a folder.
            tuned: where tuned weights are looked for; None leaves the model as published.

        Raises:
            EncoderError: if the weights are missing, are not the published ones, or the tuned
                ones are damaged.
        """
        from sentence_transformers import SentenceTransformer

        folder = model_folder(model)
        published = SentenceTransformer(str(folder), device="cpu")
        base = weights_sha256(folder)
        identity = f"{model}@{base[:16]}"
        rounded, manifest = False, read_manifest(tuned) if tuned else None
        if tuned and manifest and manifest.model == model:
            if manifest.base_sha256 != base:
                raise EncoderError(
                    f"the tuned weights are of {model!r} with sha256 {manifest.base_sha256}, not"
                    f" {base}: tune again with `make encoder`"
                )
            _add(published, load_delta(manifest, tuned))
            identity += f"+{manifest.weights_sha256[:16]}"
            rounded = bool(manifest.settings.get("rounded"))
        return cls(published, identity, rounded=rounded)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.model.get_embedding_dimension())

    @property
    def identity(self) -> str:
        """The model's name with the SHA-256 of its weights, published and tuned."""
        return self._identity

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Returns an array of shape (len(texts), dimension), rows of Euclidean length 1."""
        vectors = self.model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False, batch_size=64
        )
        return np.asarray(vectors, dtype=np.float32)


def _add(model: Any, differences: dict[str, Any]) -> None:
    import torch

    weights = dict(model.named_parameters())
    missing = sorted(set(differences) - set(weights))
    if missing:
        raise EncoderError(f"the tuned weights name {missing[0]}, which the model has not")
    with torch.no_grad():
        for name, difference in differences.items():
            weights[name] += torch.from_numpy(difference)
