"""Turns what a failed command printed into one line that says what to do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

_GIB = 1024**3
_NETWORK = re.compile(
    r"dns error|failed to lookup address|network is unreachable|connection (?:refused|reset)"
    r"|error sending request|timed? ?out|failed to (?:fetch|download)|tunnel error",
    re.IGNORECASE,
)
_NO_SPACE = re.compile(r"no space left on device|os error 28|errno 28|disk is full", re.IGNORECASE)
_TLS = re.compile(r"invalid peer certificate|certificate verify failed|UnknownIssuer")
_TORCH = re.compile(
    r"no version of torch|\btorch\b.*(?:unsatisfiable|no wheels)|failed to fetch: \S+/torch/",
    re.IGNORECASE,
)
_FETCH = re.compile(r"failed to (?:fetch|download).*", re.IGNORECASE)


class SetupError(Exception):
    """Set-up cannot go on; the text says what is wrong and how to mend it."""


class CommandError(SetupError):
    """A command ended with an error; carries what it printed."""

    def __init__(self, output: str, code: int) -> None:
        self.output, self.code = output, code
        super().__init__(f"exit code {code}")


def explain(step: str, output: str, folder: Path, log: Path | None = None) -> str:
    """Returns one line for a person.

    Args:
        step: what was being done.
        output: everything the command printed.
        folder: where the command was writing; its free space is reported when the disk is full.
        log: file that keeps the whole output.
    """
    where = f" (all of it: {log})" if log and len(output.strip().splitlines()) > 1 else ""
    if _NO_SPACE.search(output):
        return f"{step}: {disk_full(folder)}"
    if _TORCH.search(" ".join(output.split())):
        return (
            f"{step}: PyTorch's CPU build was not found: reach PyTorch's CPU index, or put the"
            f" wheel in a folder and set PIP_FIND_LINKS to it{where}"
        )
    if _TLS.search(output):
        return (
            f"{step}: the package index's certificate is not trusted: set SSL_CERT_FILE to this"
            f" machine's certificate bundle{where}"
        )
    if _NETWORK.search(output):
        what = _FETCH.search(output)
        reason = what.group() if what else last_line(output)
        return f"{step}: no network: {reason}: check the connection and run again{where}"
    return f"{step}: {last_line(output)}{where}"


def disk_full(folder: Path) -> str:
    """Returns the words for a full disk, with what is free where `folder` is or will be."""
    free = shutil.disk_usage(str(existing_parent(folder))).free / _GIB
    return f"the disk is full ({free:.1f} GB free in {folder}): free some space and run again"


def last_line(output: str) -> str:
    """Returns the last line that says something; Python's tracebacks end with the reason."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it failed and printed nothing"


def existing_parent(folder: Path) -> Path:
    """Returns `folder`, or the nearest folder above it that exists."""
    while not folder.exists():
        folder = folder.parent
    return folder
