"""The job queue, in its SQLite file and in a real Redis."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from huey.consumer import Consumer  # type: ignore[import-untyped]
from redis import Redis
from redis.exceptions import ConnectionError as RedisDownError

from bot.job_queue import build_queue
from bot.settings import Settings, load_settings


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        hint = "redis-server is needed for this test: apt-get install redis-server"
        pytest.fail(hint, pytrace=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    client = Redis.from_url(url)
    try:
        deadline = time.monotonic() + 20
        while not _answers(client):
            assert time.monotonic() < deadline, "redis-server did not start"
            time.sleep(0.05)
        yield url
    finally:
        client.close()
        process.terminate()
        process.wait()


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisDownError:
        return False


@pytest.fixture(params=["sqlite", "redis"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    environ = {"FAQBOT_VAR": str(tmp_path)}
    if request.param == "redis":
        environ["FAQBOT_REDIS_URL"] = request.getfixturevalue("redis_url")
    return load_settings(environ)


def test_job_is_done_by_the_worker_when_another_process_added_it(settings: Settings) -> None:
    done = threading.Event()
    adding, working = build_queue(settings), build_queue(settings)

    @working.task(name="ring")  # type: ignore[untyped-decorator]
    def ring() -> None:
        done.set()

    @adding.task(name="ring")  # type: ignore[untyped-decorator]
    def ring_elsewhere() -> None:
        raise AssertionError("the adding process must not do the job")

    ring_elsewhere()
    consumer = Consumer(working, workers=1, max_delay=0.1)
    consumer.scheduler.start()
    for _, worker in consumer.worker_threads:
        worker.start()
    assert done.wait(20)
    consumer.stop(graceful=True)
    for queue in (adding, working):
        queue.storage.close()
