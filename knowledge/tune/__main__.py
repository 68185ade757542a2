"""`make encoder`: tunes the shipped encoder on the examples and keeps the difference."""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from dataclasses import asdict
from pathlib import Path

import click
import numpy as np

from knowledge.encoder.delta import TUNED_DIR, save_delta
from knowledge.encoder.reference import SentenceTransformerEncoder
from knowledge.encoder.weights import DEFAULT_MODEL, model_folder, weights_sha256
from knowledge.errors import KnowledgeError
from knowledge.fit.dataset import Row, training_rows
from knowledge.fit.messages import load_messages
from knowledge.library import KNOWLEDGE_DIR, load_library
from knowledge.text import Normaliser
from knowledge.tune.trainer import TuneSettings, tune


def main() -> int:
    """Command line: ``python -m knowledge.tune``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knowledge", type=Path, default=KNOWLEDGE_DIR)
    parser.add_argument("--out", type=Path, default=TUNED_DIR, help="folder to write")
    parser.add_argument("--epochs", type=int, default=TuneSettings().epochs)
    options = parser.parse_args()
    started = time.monotonic()
    try:
        examples = load_messages(options.knowledge / "examples")
        rows = training_rows(load_library(options.knowledge), examples, Normaliser.default())
        click.echo(f"tuning {DEFAULT_MODEL} on {len(rows)} examples")
        _tune(rows, TuneSettings(epochs=options.epochs), options.out)
    except KnowledgeError as error:
        click.echo(error, err=True)
        return 1
    click.echo(f"tuned in {time.monotonic() - started:.0f} s; `make setup` builds on it")
    return 0


def _tune(rows: tuple[Row, ...], settings: TuneSettings, out: Path) -> None:
    reference = SentenceTransformerEncoder.load(DEFAULT_MODEL, tuned=None)
    parameters = {name: p.detach() for name, p in reference.model.named_parameters()}
    base = {name: p.numpy().copy() for name, p in parameters.items()}
    tune(reference.model, rows, settings, click.echo)
    tuned = {name: np.asarray(p.numpy()) for name, p in parameters.items()}
    save_delta(
        out,
        base,
        tuned,
        {
            "model": DEFAULT_MODEL,
            "base_sha256": weights_sha256(model_folder(DEFAULT_MODEL)),
            "examples_sha256": _sha256_of(rows),
            "settings": asdict(settings),
        },
    )


def _sha256_of(rows: tuple[Row, ...]) -> str:
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda row: row.text):
        digest.update(repr(row).encode())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
