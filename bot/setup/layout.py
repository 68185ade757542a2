"""Where things are in the project; the same settings that the service reads."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bot.setup.environments import Environment


@dataclass(frozen=True)
class Layout:
    """The project's folders."""

    root: Path

    @property
    def var(self) -> Path:
        """Everything that is built or written at run time."""
        return self._setting("FAQBOT_VAR", self.root / "var")

    @property
    def encoder(self) -> Path:
        """The exported sentence encoder."""
        return self._setting("FAQBOT_MODEL_DIR", self.var / "encoder")

    @property
    def index(self) -> Path:
        """The search index and what is fitted with it."""
        return self._setting("FAQBOT_INDEX_DIR", self.var / "index")

    @property
    def knowledge(self) -> Path:
        """The clinic's texts."""
        return self._setting("FAQBOT_KNOWLEDGE_DIR", self.root / "knowledge")

    @property
    def models(self) -> Path:
        """Rasa's trained models."""
        return self.var / "models"

    @property
    def widget(self) -> Path:
        """The sources of the website's chat."""
        return self.root / "bot" / "channels" / "web" / "widget"

    def environments(self) -> tuple[Environment, Environment]:
        """Returns the application's environment and Rasa's."""
        pinned = self.root / "requirements"
        app = Environment(
            "app", self.root, pinned / "app.txt", optional=pinned / "dev.txt", project=True
        )
        return app, Environment("rasa", self.root, pinned / "rasa.txt")

    def _setting(self, variable: str, default: Path) -> Path:
        given = os.environ.get(variable)
        return (self.root / Path(given).expanduser()) if given else default
