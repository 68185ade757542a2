"""The programs that the tests meet for real, and that no Python package brings."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Iterable

from bot.setup import chromium
from bot.setup.commands import Commands
from bot.setup.problems import SetupError

_STEP = "install test programs"


def missing() -> list[str]:
    """Returns the Debian packages of what is not on this machine."""
    found = {
        "chromium": chromium.find(),
        "postgresql": _find("initdb", Path("/usr/lib/postgresql").glob("*/bin")),
        "redis-server": _find("redis-server", [Path("/usr/bin"), Path("/usr/local/bin")]),
    }
    return [package for package, path in found.items() if not path]


def install(commands: Commands) -> None:
    """Installs what is missing.

    Raises:
        SetupError: where that is not possible; says what to install.
    """
    packages = missing()
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        words = " ".join(packages)
        raise SetupError(
            f"the tests need programs that are missing: install them (on Debian and Ubuntu"
            f" `sudo apt-get install {words}`) and run again"
        )
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    commands.run(_STEP, ["apt-get", "update", "-q"], env)
    options = ["-y", "-q", "--no-install-recommends"]
    commands.run(_STEP, ["apt-get", "install", *options, *packages], env)


def _find(name: str, usual: Iterable[Path]) -> str | None:
    places = [os.environ.get("PATH", ""), *map(str, usual)]
    return shutil.which(name, path=os.pathsep.join(places))
