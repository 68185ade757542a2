from __future__ import annotations

import multiprocessing
import threading
import time
from pathlib import Path

import pytest

from bot.adapters.database.writers import WritersTurn
from bot.conversation.errors import StoreUnavailableError


def _write_all_the_time(database: Path, until: float) -> None:
    turn = WritersTurn(database, 5)
    while time.monotonic() < until:
        with turn.taken():
            time.sleep(0.005)


def test_writer_waits_for_few_turns_when_another_process_writes_all_the_time(
    tmp_path: Path,
) -> None:
    database = tmp_path / "x.db"
    context = multiprocessing.get_context("spawn")
    until = time.monotonic() + 20
    busy = context.Process(target=_write_all_the_time, args=(database, until))
    busy.start()
    try:
        while not (tmp_path / "x.db-turn").exists():
            time.sleep(0.01)
        turn = WritersTurn(database, 5)
        waits = []
        for _ in range(30):
            began = time.monotonic()
            with turn.taken():
                waits.append(time.monotonic() - began)
            time.sleep(0.01)
        turn.close()
    finally:
        busy.kill()
        busy.join()
    assert sorted(waits)[len(waits) // 2] < 0.05


def test_writer_gives_up_when_another_never_ends(tmp_path: Path) -> None:
    first, second = (WritersTurn(tmp_path / "x.db", 0.05) for _ in range(2))
    with first.taken():
        with pytest.raises(StoreUnavailableError), second.taken():
            pass
        with pytest.raises(StoreUnavailableError), first.taken():
            pass
    with second.taken():
        pass
    first.close()
    second.close()


def test_one_thread_writes_at_a_time_when_many_want_to(tmp_path: Path) -> None:
    turns = [WritersTurn(tmp_path / "x.db", 10) for _ in range(2)]
    inside, most = 0, 0

    def write(turn: WritersTurn) -> None:
        nonlocal inside, most
        for _ in range(10):
            with turn.taken():
                inside += 1
                most = max(most, inside)
                time.sleep(0.001)
                inside -= 1

    threads = [threading.Thread(target=write, args=(turns[i % 2],)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    for turn in turns:
        turn.close()


def test_turn_is_free_when_its_process_was_killed(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    holder = context.Process(target=_hold, args=(tmp_path / "x.db",))
    holder.start()
    while not (tmp_path / "held").exists():
        time.sleep(0.01)
    holder.kill()
    holder.join()
    turn = WritersTurn(tmp_path / "x.db", 1)
    with turn.taken():
        pass
    turn.close()


def _hold(database: Path) -> None:
    with WritersTurn(database, 1).taken():
        (database.parent / "held").touch()
        time.sleep(60)
