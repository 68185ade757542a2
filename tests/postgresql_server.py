"""A PostgreSQL server of the tests' own, and a fresh database for each test."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

PROGRAMS = ("initdb", "pg_ctl", "postgres")
HINT = "install PostgreSQL's server (Debian: apt-get install postgresql)"


class MissingServerError(Exception):
    """PostgreSQL cannot be started here; says what is missing and how to mend it."""


class PostgresqlServer:
    """A running server; databases are copies of a template, which is quick."""

    def __init__(self, port: int, data: Path) -> None:
        self._port, self._data = port, data
        self._numbers = itertools.count(1)

    def create(self, template: str = "template1") -> str:
        """Creates a database and returns its URL."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql://faqbot@127.0.0.1:{self._port}/{name}"

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return int((self._data / "postmaster.pid").read_text().split()[0])


def programs_folder() -> Path:
    """Finds the server's programs.

    Raises:
        MissingServerError: naming the program that is missing.
    """
    folders = [*_configured(), *_usual(), *_on_path()]
    for folder in folders:
        if all((folder / program).exists() for program in PROGRAMS):
            return folder
    looked = ", ".join(str(folder) for folder in folders) or "PATH"
    raise MissingServerError(f"no folder with {', '.join(PROGRAMS)} (looked in {looked}); {HINT}")


def _configured() -> list[Path]:
    found = shutil.which("pg_config")
    if found is None:
        return []
    output = subprocess.run([found, "--bindir"], capture_output=True, text=True, check=False).stdout
    return [Path(output.strip())] if output.strip() else []


def _usual() -> list[Path]:
    patterns = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin")
    return [p for pattern in patterns for p in sorted(Path("/").glob(pattern[1:]), reverse=True)]


def _on_path() -> list[Path]:
    found = shutil.which("initdb")
    return [] if found is None else [Path(found).resolve().parent]


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[PostgresqlServer]:
    """Starts a server on a free port and stops it afterwards.

    Args:
        durable: whether a commit waits for the disk, as it does in service.

    Raises:
        MissingServerError: if it cannot be started here.
    """
    programs = programs_folder()
    user = _server_user()
    folder = Path(tempfile.mkdtemp(prefix="faqbot-postgresql-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        data = folder / "data"
        _run(user, programs / "initdb", "-D", data, "-U", "faqbot", "-A", "trust", "-N")
        port = _free_port()
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c max_connections=200"
        options += "" if durable else " -c fsync=off"
        log = folder / "log"
        _run(user, programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            yield PostgresqlServer(port, data)
        finally:
            _run(user, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _server_user() -> str | None:
    """Returns who must run the server: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam("postgres")
    except KeyError as error:
        problem = "tests run as root and there is no user `postgres` to start the server as"
        raise MissingServerError(f"{problem}; {HINT}") from error
    return "postgres"


def _run(user: str | None, *command: object) -> None:
    arguments = [str(part) for part in command]
    done = subprocess.run(
        arguments,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    if done.returncode != 0:
        said = done.stdout.decode(errors="replace").strip()
        raise MissingServerError(f"{Path(arguments[0]).name} failed: {said}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
