"""Opening a built triage from the places that settings name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from threadpoolctl import threadpool_limits

from knowledge.encoder import EncoderKind, load_encoder
from knowledge.encoder.recent import RecentEncoder
from knowledge.encoder.weights import DEFAULT_MODEL
from knowledge.library import KNOWLEDGE_DIR, Library, load_library
from knowledge.library.models import Mode
from knowledge.triage import Triage

#: Parts of one message that are encoded side by side, as far as there are idle cores.
_PARTS_AT_ONCE: Final = min(2, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the knowledge, the exported encoder and the index are, and how to serve them."""

    index: Path
    encoder: Path
    knowledge: Path = KNOWLEDGE_DIR
    encoder_kind: EncoderKind = "onnx"
    encoder_model: str = DEFAULT_MODEL
    mode: Mode = "local"


def open_triage(places: Places) -> tuple[Library, Triage]:
    """Returns the library and the triage built from it.

    Raises:
        KnowledgeError: if anything is missing, damaged or does not belong together.
    """
    # One message's arrays are small: a second thread only waits for the first one, spinning on the
    # core that Rasa needs. Without this a decision takes two to three times as long on two cores.
    threadpool_limits(1)
    library = load_library(places.knowledge, mode=places.mode)
    encoder = load_encoder(
        places.encoder_kind, places.encoder, places.encoder_model, threads=_PARTS_AT_ONCE
    )
    return library, Triage.load(places.index, RecentEncoder(encoder), library)
