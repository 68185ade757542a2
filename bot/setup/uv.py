"""Finds uv or installs it, and tells it what the machine's pip already knows."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Mapping

from bot.setup.commands import Commands
from bot.setup.console import Console
from bot.setup.problems import CommandError, SetupError

#: The oldest uv whose `pip sync` knows `--torch-backend`.
OLDEST = (0, 7, 0)
_SECONDS = 20

# What pip calls a thing, and what uv calls it. A value already given to uv wins.
_FROM_PIP = {
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_DEFAULT_TIMEOUT": "UV_HTTP_TIMEOUT",
    "PIP_CERT": "SSL_CERT_FILE",
}


def find_or_install(root: Path, console: Console, commands: Commands) -> Path:
    """Returns a uv that is recent enough, from the machine or from `.venvs/tools`.

    Raises:
        SetupError: if there is none and it cannot be installed.
    """
    tools = root / ".venvs" / "tools"
    for candidate in (shutil.which("uv"), str(tools / "bin" / "uv")):
        if candidate and (_version(candidate) or (0,)) >= OLDEST:
            return Path(candidate)
    with console.step("install uv"):
        try:
            commands.run("install uv", [sys.executable, "-m", "venv", "--clear", str(tools)])
        except CommandError as error:
            raise SetupError(
                f"{sys.executable} cannot make a virtual environment: install uv, or the package"
                f" python3-venv on Debian and Ubuntu ({commands.log_of('install uv')})"
            ) from error
        pip = [str(tools / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        commands.run("install uv", [*pip, "uv>=" + ".".join(map(str, OLDEST))])
    return tools / "bin" / "uv"


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Returns the variables that make uv use the wheels, index and certificates that pip uses."""
    wanted = {
        uv_name: environ[pip_name].replace(" ", ",") if "LINKS" in uv_name else environ[pip_name]
        for pip_name, uv_name in _FROM_PIP.items()
        if environ.get(pip_name) and not environ.get(uv_name)
    }
    if not has_own_torch(environ):
        # uv itself knows where PyTorch's CPU index is.
        wanted["UV_TORCH_BACKEND"] = environ.get("UV_TORCH_BACKEND") or "cpu"
    return wanted


def has_own_torch(environ: Mapping[str, str]) -> bool:
    """Says whether a folder of wheels on this machine holds PyTorch."""
    links = " ".join(environ.get(name, "") for name in ("UV_FIND_LINKS", "PIP_FIND_LINKS"))
    folders = [Path(link) for link in re.split(r"[ ,]+", links) if link and "://" not in link]
    return any(folder.is_dir() and any(folder.glob("torch-*.whl")) for folder in folders)


def _version(program: str) -> tuple[int, ...] | None:
    try:
        told = subprocess.run(
            [program, "--version"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(rb"(\d+)\.(\d+)\.(\d+)", told.stdout)
    return tuple(int(part) for part in found.groups()) if found else None
