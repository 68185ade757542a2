"""Sentence encoders: text to unit vectors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Written as text: the red-line lexicon asks this package for its vocabulary in processes that hold
# no model and need no numpy.
Vectors: TypeAlias = "npt.NDArray[np.float32]"
EncoderKind = Literal["onnx", "sentence-transformers"]

# ONNX Runtime reports its use to Microsoft unless this is set before it is loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")


class Encoder(Protocol):
    """Turns texts into unit vectors; safe to call from several threads."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def identity(self) -> str:
        """Identifies the weights: artefacts fitted on one identity refuse another."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Returns an array of shape (len(texts), dimension), rows of Euclidean length 1."""


def load_encoder(kind: EncoderKind, folder: Path, model: str, *, threads: int = 1) -> Encoder:
    """Returns the run-time encoder.

    Args:
        kind: `onnx` reads the exported graph; `sentence-transformers` the model itself (slower,
            and the reference for parity).
        folder: where `knowledge.encoder.export` wrote the graph.
        model: name or folder of the sentence-transformers model.
        threads: how many texts of a list are run at the same time (`onnx` only).

    Raises:
        EncoderError: if the graph is missing or belongs to another model.
    """
    # Imported here: each brings a large library that the other does not need.
    if kind == "onnx":
        from knowledge.encoder.onnx_encoder import OnnxEncoder

        return OnnxEncoder.load(folder, model, threads=threads)
    from knowledge.encoder.reference import SentenceTransformerEncoder

    encoder: Any = SentenceTransformerEncoder.load(model)
    return encoder  # type: ignore[no-any-return]
