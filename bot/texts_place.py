"""Where the clinic's texts are, of the settings."""

from __future__ import annotations

from bot.settings import Settings
from knowledge.live import Texts


def texts_of(settings: Settings) -> Texts:
    """Returns where the texts, the record of approvals and the published versions are."""
    return Texts(
        knowledge=settings.knowledge_dir,
        index=settings.index_dir,
        approvals=settings.approvals_dir,
        published=settings.published_dir,
        mode=settings.mode,
    )
