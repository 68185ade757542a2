"""The run-time graph and the model it was made from give the same vectors, but for rounding."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pytest

from knowledge.encoder import Encoder, load_encoder
from knowledge.encoder.export import ROUNDED_PARITY, export_as
from knowledge.encoder.onnx_encoder import GRAPH
from knowledge.encoder.reference import SentenceTransformerEncoder
from knowledge.encoder.weights import DEFAULT_MODEL
from knowledge.errors import EncoderError

ENCODER: Final = Path(__file__).resolve().parents[2] / "var" / "encoder"
TEXTS: Final = (
    "Is ketamine FDA-approved for depression?", "cost?", "hi", "k", "911", "", "?!", "😀👍",
    "how long does an infusion take and who drives me home afterwards", "no puedo respirar",
    "je veux mourir", "не могу дышать", "我想预约", "죽고 싶어요", "मदद चाहिए", "أريد موعدا",
    "i want to die", "she wont wake up", "how many mg should i take", "my dob is 1/2/80",
    "can i take it with my xanax", "is spravato the same as ketamine", "WHAT ARE YOUR HOURS",
    "insurance", "the " * 60, "ketamine " * 200, "a" * 600, "email me at jo@example.org",
    "esketamine vs racemic ketamine vs psilocybin vs ECT vs TMS", "thx so much!!! <3",
)  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> Encoder:
    return load_encoder("onnx", ENCODER, DEFAULT_MODEL)


# The reference is asked for texts longer than it reads, on purpose; it says so.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("rounded", "lowest"), [(False, 0.9999), (True, ROUNDED_PARITY)], ids=["exact", "eight bits"]
)
def test_vectors_agree_when_graph_and_reference_read_the_same_texts(
    tmp_path: Path, rounded: bool, lowest: float
) -> None:
    reference = SentenceTransformerEncoder.load()
    short = [text for text in TEXTS if len(text.split()) < 100]
    export_as(tmp_path, DEFAULT_MODEL, reference, rounded=rounded)
    graph = load_encoder("onnx", tmp_path, DEFAULT_MODEL)

    cosines = np.sum(graph.encode(short) * reference.encode(short), axis=1)

    assert len(short) >= 29
    assert graph.dimension == reference.dimension
    assert cosines.min() >= lowest


def test_shipped_graph_is_in_eight_bits_when_its_weights_were_tuned_for_it(graph: Encoder) -> None:
    assert graph.identity.endswith("/int8")
    assert (ENCODER / GRAPH).stat().st_size < 60_000_000


def test_vectors_are_of_length_one_when_texts_are_of_any_length(graph: Encoder) -> None:
    lengths = np.linalg.norm(graph.encode(TEXTS), axis=1)

    assert lengths == pytest.approx(1, abs=1e-5)


def test_vectors_do_not_depend_on_the_batch_when_texts_are_encoded_together(
    graph: Encoder,
) -> None:
    together = graph.encode(TEXTS)
    alone = np.concatenate([graph.encode([text]) for text in TEXTS])

    assert np.sum(together * alone, axis=1).min() >= 0.9999


def test_vectors_are_none_when_there_are_no_texts(graph: Encoder) -> None:
    assert graph.encode([]).shape == (0, graph.dimension)


@pytest.mark.parametrize(
    ("folder", "model", "says"),
    [
        (ENCODER, "another/model", "the setting says 'another/model': run `make setup`"),
        (ENCODER / "gone", DEFAULT_MODEL, "no exported encoder in .*: run `make setup`"),
    ],
)
def test_loading_says_what_to_run_when_the_export_is_missing_or_anothers(
    folder: Path, model: str, says: str
) -> None:
    with pytest.raises(EncoderError, match=says):
        load_encoder("onnx", folder, model)
