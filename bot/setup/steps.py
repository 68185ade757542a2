"""What is built from the project's own files: encoder, index, dialogue model, database."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bot.setup import stamps
from bot.setup.commands import Commands
from bot.setup.layout import Layout


@dataclass(frozen=True)
class Step:
    """One command, what it reads and what it writes."""

    name: str
    root: Path
    command: tuple[str, ...]
    #: Files and folders whose content decides whether the command is run again.
    inputs: tuple[Path, ...] = ()
    outputs: tuple[Path, ...] = ()
    #: Remembers the inputs; without it the command is run every time.
    stamp: Path | None = None

    def is_fresh(self) -> bool:
        """Says whether it was done with what its inputs hold now."""
        if self.stamp is None:
            return False
        return stamps.is_fresh(self.stamp, self._fingerprint(), self.outputs)

    def run(self, commands: Commands) -> None:
        """Does it, and remembers with what.

        Raises:
            CommandError: with what the command printed.
        """
        # Taken before: an input that is edited meanwhile must not count as used.
        value = self._fingerprint()
        commands.run(self.name, self.command)
        if self.stamp is not None:
            stamps.write(self.stamp, value)

    def _fingerprint(self) -> str:
        words = [word.replace(str(self.root), "") for word in self.command]
        return stamps.fingerprint(self.root, self.inputs, *words)


def export_encoder(layout: Layout) -> Step:
    """The sentence encoder as one ONNX graph, so that PyTorch stays out of the processes."""
    app, _ = layout.environments()
    command = (str(app.python), "-m", "knowledge.encoder.export", "--out", str(layout.encoder))
    return Step(
        "export encoder",
        layout.root,
        command + _model_options(),
        inputs=(layout.root / "knowledge" / "encoder", app.requirements),
        outputs=(layout.encoder / "manifest.json",),
        stamp=layout.var / "stamps" / "encoder",
    )


def build_index(layout: Layout) -> Step:
    """The search index and everything that is fitted on the clinic's texts."""
    app, _ = layout.environments()
    folders = ("--knowledge", str(layout.knowledge), "--encoder", str(layout.encoder))
    kind = os.environ.get("FAQBOT_ENCODER")
    return Step(
        "build index",
        layout.root,
        (str(app.python), "-m", "knowledge.build", *folders, "--out", str(layout.index))
        + _model_options()
        + (("--kind", kind) if kind else ()),
        inputs=(
            layout.root / "knowledge",
            layout.knowledge,
            layout.encoder / "manifest.json",
            app.requirements,
        ),
        outputs=(layout.index,),
        stamp=layout.var / "stamps" / "index",
    )


def train_rasa(layout: Layout) -> Step:
    """Rasa's model of the dialogue."""
    _, rasa = layout.environments()
    return Step(
        "train Rasa",
        layout.root,
        (str(rasa.python), "-m", "bot.dialogue", "train"),
        inputs=(layout.root / "config.yml", layout.root / "bot" / "dialogue", rasa.requirements),
        outputs=(layout.models / "dialogue.tar.gz",),
        stamp=layout.var / "stamps" / "rasa",
    )


def migrate_database(layout: Layout) -> Step:
    """The database's tables. It is asked every time: it may have been restored or replaced."""
    app, _ = layout.environments()
    return Step("migrate database", layout.root, (str(app.python), "-m", "bot", "migrate"))


def install_widget_tools(layout: Layout) -> Step:
    """Bundler, compiler and linter of the widget, with the Node that the environment brings."""
    app, _ = layout.environments()
    folder = layout.widget
    npm = str(app.folder / "bin" / "npm")
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts")
    return Step(
        "widget tools",
        layout.root,
        (npm, "ci", "--prefix", str(folder), *quiet),
        inputs=(folder / "package.json", folder / "package-lock.json"),
        outputs=(folder / "node_modules" / ".package-lock.json",),
        stamp=layout.var / "stamps" / "widget",
    )


def _model_options() -> tuple[str, ...]:
    model = os.environ.get("FAQBOT_ENCODER_MODEL")
    return ("--model", model) if model else ()
