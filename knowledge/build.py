"""Builds the index, the heads and the thresholds from the knowledge files."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Final

import click

from knowledge.encoder import load_encoder
from knowledge.encoder.remembered import RememberingEncoder
from knowledge.encoder.weights import DEFAULT_MODEL
from knowledge.errors import KnowledgeError
from knowledge.fit.messages import load_messages
from knowledge.fit.train import train
from knowledge.library import KNOWLEDGE_DIR, load_library
from knowledge.publish.learnt import learnt_from, note

_CONTENT: Final = (
    "faqs/**/*.md", "red_lines/**/*.yml", "*.yml", "examples/*.jsonl", "calibration/*.jsonl",
    "text/*", "fit/*.py", "triage/*.py", "library/*.py", "encoder/*.py", "lexicon.py", "build.py",
)  # fmt: skip


def content_sha256(root: Path = KNOWLEDGE_DIR) -> str:
    """Returns the hash of everything that a build depends on: the texts, and the code that fits."""
    digest = hashlib.sha256()
    found = {path for pattern in _CONTENT for path in root.glob(pattern) if path.is_file()}
    for path in sorted(found):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def vectors_of(index: Path) -> Path:
    """Returns the file beside an index that remembers the vectors of what it was built from."""
    return index.with_name(index.name + ".vectors.npz")


def build(root: Path, encoder_folder: Path, out: Path, model: str, kind: str = "onnx") -> None:
    """Builds into `out`, in one step: a reader sees the old index or the new one.

    Raises:
        KnowledgeError: if the content, the encoder or the output is wrong.
    """
    library = load_library(root)
    loaded = load_encoder(kind, encoder_folder, model, threads=os.cpu_count() or 1)  # type: ignore[arg-type]
    encoder = RememberingEncoder(loaded, vectors_of(out))
    artifact = train(
        library,
        encoder,
        content_sha256(root),
        load_messages(root / "examples"),
        load_messages(root / "calibration"),
        click.echo,
    )
    encoder.save()
    fresh = out.with_name(out.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    artifact.save(fresh)
    note(fresh, learnt_from(root))
    old = out.with_name(out.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    fresh.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def main() -> int:
    """Command line: ``python -m knowledge.build --encoder FOLDER --out FOLDER``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knowledge", type=Path, default=KNOWLEDGE_DIR)
    parser.add_argument("--encoder", type=Path, required=True, help="folder of the export")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--kind", default="onnx", choices=["onnx", "sentence-transformers"])
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        build(options.knowledge, options.encoder, options.out, options.model, options.kind)
    except KnowledgeError as error:
        click.echo(error, err=True)
        return 1
    click.echo(f"built in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
