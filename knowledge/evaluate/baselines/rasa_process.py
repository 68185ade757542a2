"""Trains and asks Rasa in its own environment: child processes, loopback only, always ended."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from knowledge.evaluate.optional import EvaluationError

_HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 240
_STOP_SECONDS: Final = 15
_ANSWER_SECONDS: Final = 60


def train(python: Path, project: Path, seconds: float) -> Path:
    """Trains the project's NLU model and returns it.

    Args:
        python: of Rasa's environment.
        project: folder written by `write_project`.
        seconds: how long it may take.

    Raises:
        EvaluationError: if Rasa fails or does not end in time.
    """
    arguments = ["train", "nlu", "--config", "config.yml", "--nlu", "nlu.yml"]
    arguments += ["--domain", "domain.yml", "--out", "models", "--fixed-model-name", "baseline"]
    with _rasa(python, project, arguments) as process:
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise EvaluationError(f"training did not end in {seconds / 60:.0f} minutes") from error
    model = project / "models" / "baseline.tar.gz"
    if code or not model.is_file():
        raise EvaluationError(f"training ended with status {code}: {_last_line(project)}")
    return model


def parse(python: Path, project: Path, model: Path, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Returns what Rasa's `/model/parse` says about every message.

    Raises:
        EvaluationError: if Rasa does not start or gives no answer.
    """
    port = _free_port()
    arguments = ["run", "--enable-api", "--model", str(model), "--interface", _HOST]
    arguments += ["--port", str(port)]
    with _rasa(python, project, arguments) as process:
        _wait_until_ready(process, port, project)
        connection = http.client.HTTPConnection(_HOST, port, timeout=_ANSWER_SECONDS)
        try:
            return [_asked(connection, text) for text in texts]
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise EvaluationError(f"Rasa stopped answering: {type(error).__name__}") from error
        finally:
            connection.close()


@contextmanager
def _rasa(
    python: Path, project: Path, arguments: Sequence[str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs Rasa in the project's folder; whatever happens, it is ended with its children."""
    environment = {
        **os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2",
        "CUDA_VISIBLE_DEVICES": "", "HOME": str(project), "RASA_CACHE_DIRECTORY": "cache",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }  # fmt: skip
    with (project / "rasa.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 -- our own interpreter and arguments
            [str(python), "-m", "rasa", *arguments], cwd=project, env=environment,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)  # the group is the child's own: start_new_session
            process.wait(_STOP_SECONDS)
        except ProcessLookupError:
            process.wait(_STOP_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, project: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise EvaluationError(f"Rasa did not start: {_last_line(project)}")
        try:
            connection = http.client.HTTPConnection(_HOST, port, timeout=_ANSWER_SECONDS)
            connection.request("GET", "/status")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise EvaluationError(f"Rasa did not start in {_START_SECONDS} s")


def _asked(connection: http.client.HTTPConnection, text: str) -> dict[str, Any]:
    body = json.dumps({"text": text})
    connection.request("POST", "/model/parse", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer: dict[str, Any] = json.loads(response.read())
    if response.status != http.client.OK:
        raise ValueError(f"status {response.status}")
    return answer


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _last_line(project: Path) -> str:
    # Of Rasa's own log in training: a parsed message is not in it.
    lines = (project / "rasa.log").read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it said nothing")[:300]
