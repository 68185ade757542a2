"""The service as docker-compose.yml describes it, under a project name of the test's own."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.running_service import ROOT, free_ports

_BUILD: Final = 1800
_START: Final = 240
_MINUTE: Final = 120


class Stack:
    """One compose project with secrets and ports of its own."""

    def __init__(self, folder: Path) -> None:
        web, desk = free_ports(2)
        self.web = f"http://127.0.0.1:{web}"
        self.desk = f"http://127.0.0.1:{desk}"
        self._env_file = folder / "env"
        lines = {
            "POSTGRES_PASSWORD": secrets.token_hex(24),
            "REDIS_PASSWORD": secrets.token_hex(24),
            "FAQBOT_SECRET_KEY": secrets.token_hex(32),
            "FAQBOT_DATA_KEYS": secrets.token_hex(32),
            "FAQBOT_MODE": "local",  # drafts too: approving is another matter
            "WEB_PUBLISH": f"127.0.0.1:{web}",
            "DESK_PUBLISH": f"127.0.0.1:{desk}",
            "FAQBOT_DESK_URL": self.desk,
        }
        wheels = os.environ.get("WHEELS") or os.environ.get("PIP_FIND_LINKS", "")
        if Path(wheels).is_dir():
            lines["WHEELS"] = wheels
        self._env_file.write_text("".join(f"{k}={v}\n" for k, v in lines.items()))
        self._project = f"faqbot-test-{os.getpid()}"

    def build(self) -> None:
        """Builds the images."""
        self.compose("build", seconds=_BUILD)

    def up(self) -> None:
        """Starts everything and waits until it is healthy."""
        self.compose("up", "--detach", "--wait", seconds=_START)

    def down(self, *options: str) -> None:
        """Stops and removes the containers."""
        self.compose("down", "--timeout", "15", *options)

    def inside(self, service: str, *command: str, typed: str = "") -> str:
        """Runs a command in a container, types into it and returns what it prints."""
        return self.compose("exec", "-T", service, *command, typed=typed).stdout.strip()

    def query(self, query: str) -> str:
        """Returns what PostgreSQL answers, a row a line."""
        return self.inside("postgres", "psql", "-U", "faqbot", "-tA", "-c", query)

    def logs(self) -> str:
        """Returns the last lines that every container printed."""
        return self.compose("logs", "--tail", "15", "--no-color").stdout

    def compose(
        self, *words: str, seconds: int = _MINUTE, typed: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Runs `docker compose`."""
        command = ["docker", "compose", "--project-name", self._project]
        done = subprocess.run(
            [*command, "--env-file", str(self._env_file), *words],
            cwd=ROOT,
            input=typed,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, f"docker compose {words[0]}:\n{done.stderr[-4000:]}"
        return done


def require_docker() -> None:
    """Fails the test, naming what is missing, where there is no Docker with compose."""
    if shutil.which("docker") is None:
        pytest.fail("Docker is needed for this test: install Docker Engine", pytrace=False)
    for words in (["info"], ["compose", "version"]):
        done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            reason = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            pytest.fail(f"`docker {' '.join(words)}` fails: {''.join(reason)}", pytrace=False)
