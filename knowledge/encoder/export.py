"""Exports a sentence-transformers model to one ONNX graph: tokens in, unit vector out.

The whole module chain (transformer, pooling, dense layers if any, normalisation) is traced, so
any sentence-transformers model works. After writing, the graph's vectors are compared with the
reference's; an export that differs is refused. ADR 0005. An encoder that was tuned for it is then
rounded to eight bits, and compared once more. ADR 0029.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from knowledge.encoder.onnx_encoder import GRAPH, MANIFEST, TOKENIZER, OnnxEncoder
from knowledge.encoder.quantise import quantise
from knowledge.encoder.reference import SentenceTransformerEncoder
from knowledge.encoder.weights import DEFAULT_MODEL, model_folder
from knowledge.errors import EncoderError

#: Lowest cosine between the graph's and the reference's vector of one text.
PARITY: Final = 0.9999
#: The same once it is rounded. Less is a fault of the rounding: measured are 0.99 to 1.
ROUNDED_PARITY: Final = 0.97
_PROBES: Final = (
    "Is ketamine FDA-approved for depression?",
    "cost?",
    "hi, my doctor mentioned this and i wanted to know how long a visit takes and who drives me",
    "no puedo respirar",
)
# A question is short; 128 tokens hold about 500 characters, and red lines are found sentence
# by sentence, so nothing is lost to truncation.
_MAX_TOKENS: Final = 128


class _Graph(torch.nn.Module):
    """The module chain with tensors instead of a feature dictionary."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.chain = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        features = {"input_ids": input_ids, "attention_mask": attention_mask}
        for module in self.chain:
            features = module(features)
        return torch.nn.functional.normalize(features["sentence_embedding"], dim=1)


def export(folder: Path, model: str = DEFAULT_MODEL) -> float:
    """Writes the graph, the tokenizer and a manifest to `folder`; returns the lowest cosine.

    Raises:
        EncoderError: if the weights are wrong or the graph does not reproduce the reference.
    """
    reference = SentenceTransformerEncoder.load(model)
    return export_as(folder, model, reference, rounded=reference.rounded)


def export_as(
    folder: Path, model: str, reference: SentenceTransformerEncoder, *, rounded: bool
) -> float:
    """Writes a loaded model, in eight bits or not; otherwise like `export`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.copyfile(model_folder(model) / TOKENIZER, folder / TOKENIZER)
    _write_graph(reference.model, folder / GRAPH)
    lowest = _checked(folder, model, reference, reference.identity, PARITY)
    if not rounded:
        return lowest
    quantise(folder / GRAPH)
    return _checked(folder, model, reference, f"{reference.identity}/int8", ROUNDED_PARITY)


def _checked(
    folder: Path, model: str, reference: SentenceTransformerEncoder, identity: str, floor: float
) -> float:
    """Writes the manifest, last of all, so that an interrupted export is not taken for a whole."""
    most = min(_MAX_TOKENS, int(reference.model.max_seq_length))
    manifest = {"model": model, "identity": identity, "max_tokens": most}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    lowest = parity(OnnxEncoder.load(folder, model), reference)
    if lowest < floor:
        (folder / MANIFEST).unlink()
        raise EncoderError(f"export of {model!r}: cosine to the reference is only {lowest:.5f}")
    return lowest


def parity(graph: OnnxEncoder, reference: SentenceTransformerEncoder) -> float:
    """Returns the lowest cosine between both encoders' vectors over a few probes."""
    cosines = np.sum(graph.encode(_PROBES) * reference.encode(_PROBES), axis=1)
    return float(cosines.min())


def _write_graph(model: Any, path: Path) -> None:
    graph = _Graph(model).eval()
    tokens = model.tokenizer(
        ["a question of some length", "short"], padding=True, return_tensors="pt"
    )
    batch, length = torch.export.Dim("batch"), torch.export.Dim("length", max=512)
    shapes = {"input_ids": {0: batch, 1: length}, "attention_mask": {0: batch, 1: length}}
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        torch.inference_mode(),
    ):
        warnings.simplefilter("ignore")  # the exporter's own, about its own internals
        program = torch.onnx.export(
            graph,
            (tokens["input_ids"], tokens["attention_mask"]),
            dynamo=True,
            dynamic_shapes=shapes,
            input_names=["input_ids", "attention_mask"],
            output_names=["sentence_vector"],
            verbose=False,
        )
        if program is None:
            raise EncoderError("the exporter returned no graph")
        program.save(str(path))


def main() -> int:
    """Command line: ``python -m knowledge.encoder.export --out FOLDER [--model NAME]``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    options = parser.parse_args()
    try:
        lowest = export(options.out, options.model)
    except EncoderError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"exported {options.model}, cosine to the reference {lowest:.6f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
