"""How one setting is declared and how its text becomes a value.

A declaration carries everything the documentation and the parser need, so that
`bot.settings` stays a plain list of what can be set.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from bot.kept_key import SHORTEST_KEY

ROOT: Final = Path(__file__).resolve().parent.parent
_HIGHEST_PORT: Final = 65535
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


class SettingsError(Exception):
    """A FAQBOT_* variable is unknown, missing or malformed; names it and the fix."""

    def __init__(self, variable: str, problem: str, fix: str) -> None:
        self.variable, self.problem, self.fix = variable, problem, fix
        super().__init__(f"{variable}: {problem}; {fix}")


class UnusableValueError(ValueError):
    """A value cannot be parsed; `str(error)` says what would be right."""


@dataclasses.dataclass(frozen=True, slots=True)
class Bind:
    """Where a process listens."""

    host: str
    port: int

    def __str__(self) -> str:
        """Returns host:port, with brackets around an IPv6 address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The base URL for a client on this machine."""
        anywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - recognised, not bound
        host = anywhere.get(self.host, f"[{self.host}]" if ":" in self.host else self.host)
        return f"http://{host}:{self.port}"


Parser = Callable[[str], Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Declaration:
    """One setting: its variable, default text, meaning and parser.

    A default may refer to a setting declared before it as ``<name>``.
    """

    variable: str
    default: str
    meaning: str
    parse: Parser
    secret: bool


def setting(
    variable: str, default: str, meaning: str, parse: Parser, *, secret: bool = False
) -> Any:
    """Declares a dataclass field that is read from `variable`.

    A secret is left out of `repr` and may come from a file named by `<variable>_FILE`.
    """
    declaration = Declaration(variable, default, meaning, parse, secret)
    return dataclasses.field(repr=not secret, metadata={"setting": declaration})


def text(value: str) -> str:
    """Accepts any text."""
    return value


def keys(value: str) -> tuple[str, ...]:
    """Accepts long random texts with spaces between them."""
    found = tuple(value.split())
    if any(len(key) < SHORTEST_KEY for key in found):
        raise UnusableValueError(f"give keys of at least {SHORTEST_KEY} random characters")
    return found


def words(value: str) -> tuple[str, ...]:
    """Accepts words with spaces between them."""
    return tuple(value.split())


def path(value: str) -> Path:
    """Accepts a path; a relative one starts at the project's folder."""
    if not value:
        raise UnusableValueError("give a folder")
    return (ROOT / Path(value).expanduser()).resolve()


def url(*schemes: str, optional: bool = False) -> Parser:
    """Returns a parser for an address with one of these schemes."""

    def parse(value: str) -> str:
        if optional and not value:
            return ""
        scheme, separator, rest = value.partition("://")
        if not separator or scheme not in schemes or not rest:
            raise UnusableValueError(f"give an address that starts with {' or '.join(schemes)}://")
        return value.rstrip("/")

    return parse


def one_of(*choices: str) -> Parser:
    """Returns a parser that accepts these words only."""

    def parse(value: str) -> str:
        if value not in choices:
            raise UnusableValueError(f"give one of {', '.join(choices)}")
        return value

    return parse


def whole(low: int, high: int) -> Parser:
    """Returns a parser for a whole number in [low, high]."""

    def parse(value: str) -> int:
        if not value.strip().isascii() or not value.strip().isdigit():
            raise UnusableValueError(f"give a whole number from {low} to {high}")
        number = int(value)
        if not low <= number <= high:
            raise UnusableValueError(f"give a whole number from {low} to {high}")
        return number

    return parse


def seconds(low: float, high: float) -> Parser:
    """Returns a parser for a duration in seconds in [low, high]."""

    def parse(value: str) -> float:
        problem = UnusableValueError(f"give seconds from {low:g} to {high:g}")
        try:
            number = float(value)
        except ValueError as error:
            raise problem from error
        if not low <= number <= high:  # also refuses nan
            raise problem
        return number

    return parse


def bind(value: str) -> Bind:
    """Accepts host:port."""
    host, separator, port = value.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    in_range = port.isascii() and port.isdigit() and 1 <= int(port) <= _HIGHEST_PORT
    if not separator or not host or not in_range:
        raise UnusableValueError("give host:port, such as 127.0.0.1:8080")
    return Bind(host, int(port))


def hours(value: str) -> str:
    """Accepts a span of the day, such as 21:00-08:00, or none."""
    if value != "none" and not _HOURS.fullmatch(value):
        raise UnusableValueError("give two times of day, such as 21:00-08:00, or none")
    return value
