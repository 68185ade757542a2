"""Replaying a file of lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.channels.shell.errors import ScriptError
from bot.channels.shell.screen import Screen
from bot.channels.shell.session import Session, Verdict


def replay(lines: Iterable[bytes], session: Session, screen: Screen) -> tuple[int, ...]:
    """Handles one line after the other and prints the transcript.

    Args:
        lines: UTF-8; blank lines and lines that start with `#` are skipped.
        session: where they are handled.
        screen: shows the lines themselves.

    Returns:
        The numbers of the lines whose message got no outcome or whose command failed.

    Raises:
        ScriptError: naming a line that is not UTF-8.
    """
    failed = []
    for number, line in _decoded(lines):
        if not line.strip() or line.startswith("#"):
            continue
        screen.typed(line)
        verdict = session.handle(line)
        if verdict is Verdict.QUIT:
            break
        if verdict is Verdict.FAILED:
            failed.append(number)
    return tuple(failed)


def _decoded(lines: Iterable[bytes]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise ScriptError(f"line {number}: is not UTF-8: save the file as UTF-8") from error
        yield number, text.rstrip("\r\n")
