"""What a build leaves on disk, and reading it back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from scipy import sparse

from knowledge.errors import ArtifactError
from knowledge.triage.dense_index import DenseIndex
from knowledge.triage.features import Floats, LexicalFeatures, Matrix
from knowledge.triage.heads import LinearHead
from knowledge.triage.thresholds import Thresholds

FORMAT: Final = 4
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True)
class Artifact:
    """A fitted triage: index, heads and thresholds, bound to one encoder and one content.

    Attributes:
        encoder: identity of the encoder whose vectors everything was fitted on.
        content: SHA-256 of the knowledge files.
        faq_ids: the N FAQs in the order of the FAQ head and `owner`.
        wordings: every authored wording in the index, expanded.
        owner: FAQ number of every wording.
        english: words of the English examples, for the language guard.
    """

    encoder: str
    content: str
    faq_ids: tuple[str, ...]
    wordings: tuple[str, ...]
    owner: npt.NDArray[np.int64]
    english: tuple[str, ...]
    index: DenseIndex
    features: LexicalFeatures
    lexical: Matrix
    gate: LinearHead
    faq_head: LinearHead
    evidence_weights: Floats
    thresholds: Thresholds

    def save(self, folder: Path) -> None:
        """Writes everything to `folder`; the manifest last, so that half a build is no build."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        self.index.save(folder / "dense.faiss")
        np.savez(
            folder / "retrieval.npz", owner=self.owner, idf=self.features.idf,
            evidence_weights=self.evidence_weights,
        )  # fmt: skip
        sparse.save_npz(folder / "lexical.npz", self.lexical)
        self.gate.save(folder / "gate.npz")
        self.faq_head.save(folder / "faq_head.npz")
        self.thresholds.save(folder / "thresholds.json")
        manifest = {
            "format": FORMAT,
            "encoder": self.encoder,
            "content": self.content,
            "faq_ids": self.faq_ids,
            "wordings": self.wordings,
            "english": self.english,
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Artifact:
        """Reads what `save` wrote.

        Raises:
            ArtifactError: if it is missing, damaged or of another format.
        """
        manifest = _manifest(folder)
        try:
            with np.load(folder / "retrieval.npz", allow_pickle=False) as data:
                owner, idf, weights = data["owner"], data["idf"], data["evidence_weights"]
            return cls(
                encoder=manifest["encoder"],
                content=manifest["content"],
                faq_ids=tuple(manifest["faq_ids"]),
                wordings=tuple(manifest["wordings"]),
                owner=owner,
                english=tuple(manifest["english"]),
                index=DenseIndex.load(folder / "dense.faiss"),
                features=LexicalFeatures(idf),
                lexical=sparse.load_npz(folder / "lexical.npz").tocsr(),
                gate=LinearHead.load(folder / "gate.npz"),
                faq_head=LinearHead.load(folder / "faq_head.npz"),
                evidence_weights=weights,
                thresholds=Thresholds.load(folder / "thresholds.json"),
            )
        except (OSError, EOFError, KeyError, ValueError, RuntimeError, BadZipFile) as error:
            raise ArtifactError(
                f"index in {folder} is damaged ({error}): run `make setup`"
            ) from error


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ArtifactError(f"no index in {folder}: run `make setup`") from error
    except ValueError as error:
        raise ArtifactError(f"index in {folder} is damaged: run `make setup`") from error
    if manifest.get("format") != FORMAT:
        raise ArtifactError(f"index in {folder} has another format: run `make setup`")
    return manifest
