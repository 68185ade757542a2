"""What sealing costs a message: `python -m tests.bench.sealing_cost`.

Processor time, so that a busy machine changes little: a patient's message of 200 characters with
its decision, and a reply of 1.5 KB as text and payload, through the types that the tables have.
"""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Final

from bot.adapters.database.models.sealed import SealedJson, SealedText
from bot.adapters.database.vault import Vault, new_key
from bot.sealing import Sealer
from tests.sealed_database import KEY

_TIMES: Final = 3000
_DECISION: Final = {
    "reasons": ["r" * 80] * 4,
    "candidates": [{"faq_id": "x" * 20, "score": 0.5}] * 5,
}


def main() -> None:
    """Measures, and prints."""
    vault = Vault((KEY,), lambda: new_key(Sealer((KEY,))))
    dialect = SimpleNamespace(vault=vault)
    text, data = SealedText("messages.text"), SealedJson("messages.reply")
    visitor: list[tuple[SealedText | SealedJson, object]] = [(text, "w" * 200), (data, _DECISION)]
    bot: list[tuple[SealedText | SealedJson, object]] = [
        (text, "w" * 1500),
        (data, {"t": "w" * 3000}),
    ]
    for name, columns in (("visitor's message", visitor), ("reply", bot)):
        start = time.process_time()
        for _ in range(_TIMES):
            sealed = [kind.process_bind_param(value, dialect) for kind, value in columns]  # type: ignore[arg-type]
        between = time.process_time()
        for _ in range(_TIMES):
            for (kind, _value), stored in zip(columns, sealed, strict=True):
                kind.process_result_value(stored, dialect)
        end = time.process_time()
        seal, opened = ((b - a) / _TIMES * 1e6 for a, b in ((start, between), (between, end)))
        print(f"{name}: sealed in {seal:.0f} µs, opened in {opened:.0f} µs")
    start = time.process_time()
    for _ in range(_TIMES):
        vault.lasting.open_number(vault.lasting.seal_number("+12025550100"))
    print(f"number, both ways: {(time.process_time() - start) / _TIMES * 1e6:.0f} µs")


if __name__ == "__main__":
    main()
