"""Opening a built triage from the places that settings name, once or to follow its changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from threadpoolctl import threadpool_limits

from knowledge.encoder import Encoder, EncoderKind, load_encoder
from knowledge.encoder.recent import RecentEncoder
from knowledge.encoder.weights import DEFAULT_MODEL
from knowledge.errors import ArtifactError
from knowledge.lexicon import Lexicon
from knowledge.library import KNOWLEDGE_DIR, Library
from knowledge.library.models import Mode
from knowledge.live import Live, Texts
from knowledge.triage import Triage
from knowledge.triage.artifact import Artifact

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
    approvals: Path | None = None
    published: Path | None = None

    @property
    def texts(self) -> Texts:
        """Where the texts are."""
        return Texts(self.knowledge, self.index, self.approvals, self.published, self.mode)


@dataclass(frozen=True, slots=True)
class Served:
    """What a running process says, and what decides whether to say it: of one version."""

    library: Library
    triage: Triage


def open_triage(places: Places) -> tuple[Library, Triage]:
    """Returns the library and the triage built from it.

    Raises:
        KnowledgeError: if anything is missing, damaged or does not belong together.
    """
    # One message's arrays are small: a second thread only waits for the first one, spinning on the
    # core that Rasa needs. Without this a decision takes two to three times as long on two cores.
    threadpool_limits(1)
    served = _maker(places)(places.texts.load(), *places.texts.served()[1:])
    return served.library, served.triage


def open_live(places: Places) -> Live[Served]:
    """Returns the library with its triage, following what is published and approved.

    Raises:
        KnowledgeError: if anything is missing, damaged or does not belong together.
    """
    threadpool_limits(1)
    return Live(places.texts, _maker(places))


def served_from(library: Library, root: Path, index: Path, encoder: Encoder) -> Served:
    """Returns a library with the triage of its index.

    Args:
        library: the texts, in the mode that they are served in.
        root: their folder, which also holds the lexicon.
        index: the index.
        encoder: the run-time encoder that it was built for.

    Raises:
        ArtifactError: if the index is missing, damaged, or names FAQs that the library lacks.
    """
    lexicon = Lexicon.load(root / "red_lines" / "lexicon")
    artifact = Artifact.load(index)
    missing = set(artifact.faq_ids) - library.faqs.keys()
    if missing:
        raise ArtifactError(
            f"the index in {index} names FAQs that are gone ({', '.join(sorted(missing))}):"
            " run `make setup`"
        )
    return Served(library, Triage(library, encoder, artifact, lexicon))


def _maker(places: Places) -> Callable[[Library, Path, Path], Served]:
    encoder = RecentEncoder(
        load_encoder(
            places.encoder_kind, places.encoder, places.encoder_model, threads=_PARTS_AT_ONCE
        )
    )
    return lambda library, root, index: served_from(library, root, index, encoder)
