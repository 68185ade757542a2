"""Makes the two Python environments equal to their pinned requirements."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable

from bot.setup import interpreters, stamps, uv
from bot.setup.commands import Commands
from bot.setup.problems import SetupError, existing_parent

_GIB = 1024**3
#: Room that an environment and the download cache need, in GiB, measured and rounded up.
_ROOM = {"app": 3.0, "rasa": 4.0}


@dataclass(frozen=True)
class Environment:
    """One virtual environment under `.venvs`."""

    name: str
    root: Path
    requirements: Path
    #: More requirements: kept once they are there, installed only when asked for.
    optional: Path | None = None
    #: Whether the project itself, and so the `faqbot` command, is installed into it.
    project: bool = False

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.root / ".venvs" / self.name

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def is_fresh(self, with_optional: bool) -> bool:
        """Says whether it holds what the requirements say now."""
        if self._holds(with_optional=True):
            return True
        return not with_optional and self._holds(with_optional=False)

    def sync(self, with_optional: bool, uv_path: Path, commands: Commands) -> None:
        """Creates it where needed and installs exactly its requirements.

        Raises:
            SetupError: if there is no interpreter, no room or no network.
        """
        with_optional = with_optional or self._had_optional()
        step = f"{self.name} environment"
        env = uv.environment(os.environ)
        version = interpreters.wanted(self.root)[self.name]
        self._stamp.unlink() if self._stamp.exists() else None
        if not self._is_usable(version):
            shutil.rmtree(str(self.folder), ignore_errors=True)
            python = interpreters.find(version, uv_path, commands, env)
            make = [str(uv_path), "venv", "--quiet", "--no-project", "--python", python]
            commands.run(step, [*make, str(self.folder)], env)
        pip = [str(uv_path), "pip"]
        # Compiled here: PYTHONDONTWRITEBYTECODE may be set, and Rasa then starts in 15 s, not 4 s.
        target = ["--python", str(self.python), "--compile-bytecode"]
        files = [str(file) for file in self._files(with_optional)]
        commands.run(step, [*pip, "sync", *target, *files], env)
        if self.project:
            # The build backend is one of the pinned requirements, so nothing more is downloaded.
            options = ["--no-deps", "--no-build-isolation", "--editable", str(self.root)]
            commands.run(step, [*pip, "install", "--quiet", *target, *options], env)
        stamps.write(self._stamp, self._fingerprint(with_optional))

    @property
    def _stamp(self) -> Path:
        return self.folder / ".synced"

    def _files(self, with_optional: bool) -> list[Path]:
        more = [self.optional] if with_optional and self.optional else []
        return [self.requirements, *more]

    def _fingerprint(self, with_optional: bool) -> str:
        version = interpreters.wanted(self.root)[self.name]
        files = self._files(with_optional)
        if self.project:
            files.append(self.root / "pyproject.toml")
        kind = "optional" if with_optional and self.optional else "required"
        # Scripts and the project's own entry hold the folder's name: a moved clone is synced again.
        return kind + " " + stamps.fingerprint(self.root, files, version, str(self.root))

    def _holds(self, with_optional: bool) -> bool:
        return stamps.is_fresh(self._stamp, self._fingerprint(with_optional), [self.python])

    def _had_optional(self) -> bool:
        try:
            return self._stamp.read_text(encoding="ascii").startswith("optional ")
        except OSError:
            return False

    def _is_usable(self, version: str) -> bool:
        return self.python.exists() and interpreters.works(str(self.python), version)


def require_room(environments: Iterable[Environment]) -> None:
    """Checks that the environments that are still to be made will find room.

    Raises:
        SetupError: if they will not; says how much is needed and free.
    """
    new = [environment for environment in environments if not environment.folder.exists()]
    if not new:
        return
    need = sum(_ROOM[environment.name] for environment in new)
    folder = existing_parent(new[0].folder)
    free = shutil.disk_usage(str(folder)).free / _GIB
    if free < need:
        raise SetupError(
            f"there is too little room on the disk: set-up needs {need:.0f} GB and {free:.1f} GB"
            f" are free in {folder}: free some space and run again"
        )
