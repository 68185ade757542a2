"""Fine-tuned weights as differences from the published ones, eight bits each.

Fine-tuning moves each weight a little, so the differences of a matrix row share a scale and fit in
one byte each: the file is a ninth of the model's size, and what was published stays visibly the
base. `knowledge.tune` writes it, the export adds it back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from knowledge.errors import EncoderError

TUNED_DIR: Final = Path(__file__).with_name("tuned")
WEIGHTS: Final = "tuned.safetensors"
MANIFEST: Final = "tuned.json"
_STEPS: Final = 127
_SCALE: Final = ".scale"


@dataclass(frozen=True, slots=True)
class TunedManifest:
    """What a file of differences is of.

    Attributes:
        model: name of the model that was tuned.
        base_sha256: of its published weights.
        weights_sha256: of the file of differences.
        examples_sha256: of the rows that it was tuned on.
        settings: how it was tuned.
    """

    model: str
    base_sha256: str
    weights_sha256: str
    examples_sha256: str
    settings: dict[str, Any]


def save_delta(
    folder: Path,
    base: Mapping[str, npt.NDArray[np.float32]],
    tuned: Mapping[str, npt.NDArray[np.float32]],
    manifest: Mapping[str, Any],
) -> TunedManifest:
    """Writes the differences and what they are of; returns the manifest.

    Args:
        folder: where to write.
        base: published weights by name.
        tuned: tuned weights by name, each of the shape of its namesake; names that are missing
            stay as published.
        manifest: the fields of `TunedManifest` but `weights_sha256`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    packed: dict[str, npt.NDArray[Any]] = {}
    for name, weights in tuned.items():
        difference = weights.astype(np.float32) - base[name]
        if not difference.any():
            continue
        largest = np.abs(difference).max(axis=-1, keepdims=True)
        scale = np.where(largest > 0, largest / _STEPS, 1).astype(np.float32)
        packed[name] = np.rint(difference / scale).astype(np.int8)
        packed[name + _SCALE] = scale
    save_file(packed, folder / WEIGHTS)
    complete = TunedManifest(weights_sha256=_sha256(folder / WEIGHTS), **manifest)
    text = json.dumps(asdict(complete), indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return complete


def read_manifest(folder: Path = TUNED_DIR) -> TunedManifest | None:
    """Returns what the differences in a folder are of; None where there are none.

    Raises:
        EncoderError: if the manifest cannot be read.
    """
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        return TunedManifest(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise EncoderError(
            f"{path.name} of the tuned encoder is damaged ({error}): restore it from git, or tune"
            " again with `make encoder`"
        ) from error


def load_delta(manifest: TunedManifest, folder: Path = TUNED_DIR) -> dict[str, Any]:
    """Returns the differences by the weights' names, as float arrays.

    Raises:
        EncoderError: if the file is not the one that the manifest names.
    """
    path = folder / WEIGHTS
    try:
        actual = _sha256(path)
        if actual != manifest.weights_sha256:
            raise EncoderError(
                f"{WEIGHTS} has sha256 {actual}, its manifest says {manifest.weights_sha256}:"
                " restore both from git, or tune again with `make encoder`"
            )
        packed = load_file(path)
    except (OSError, SafetensorError) as error:
        raise EncoderError(f"{WEIGHTS} cannot be read ({error}): restore it from git") from error
    return {
        name: steps.astype(np.float32) * packed[name + _SCALE]
        for name, steps in packed.items()
        if not name.endswith(_SCALE)
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
