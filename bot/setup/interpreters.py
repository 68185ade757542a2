"""Finds the Python interpreters that `.python-version` names, or has uv download them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Iterator

from bot.setup.commands import Commands
from bot.setup.problems import CommandError, SetupError

# Parts of the standard library that a Python built without the right headers lacks.
_PROBE = "import ssl, sqlite3, lzma, ctypes, sys; print('%d.%d' % sys.version_info[:2])"

_SECONDS = 30


def wanted(root: Path) -> dict[str, str]:
    """Returns the Python version of each environment, from `.python-version`.

    The first line is the application's, the second is Rasa's.
    """
    lines = (root / ".python-version").read_text(encoding="ascii").split()
    try:
        app, rasa = lines
    except ValueError as error:
        raise SetupError(
            ".python-version: give two lines, the application's version and Rasa's"
        ) from error
    return {"app": app, "rasa": rasa}


def find(version: str, uv: Path, commands: Commands, env: dict[str, str]) -> str:
    """Returns a working interpreter of this version: PATH, then pyenv, then uv's own or a download.

    Raises:
        SetupError: if there is none and it cannot be downloaded.
    """
    for candidate in candidates(version):
        if works(candidate, version):
            return candidate
    name = f"find Python {version}"
    try:
        commands.run(name, [str(uv), "python", "install", version], env)
        found = commands.run(name, [str(uv), "python", "find", "--managed-python", version], env)
    except CommandError as error:
        raise SetupError(
            f"Python {version} is neither on PATH nor in pyenv, and uv could not download it:"
            f" install it (for example `pyenv install {version}`) and run again"
            f" ({commands.log_of(name)})"
        ) from error
    return found.strip().splitlines()[-1]


def candidates(version: str) -> Iterator[str]:
    """Yields the interpreters of this version that this machine may have, the nearest first."""
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield on_path
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for folder in sorted([*versions.glob(version), *versions.glob(f"{version}.*")], reverse=True):
        yield str(folder / "bin" / "python")


def works(program: str, version: str) -> bool:
    """Says whether a program is a whole Python of this version."""
    try:
        told = subprocess.run(
            [program, "-c", _PROBE],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    major_minor = ".".join(version.split(".")[:2])
    return told.returncode == 0 and told.stdout.decode().strip() == major_minor
