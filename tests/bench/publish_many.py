"""Generates FAQs beside the shipped ones, imports, lints and publishes them, and times each step.

    python -m tests.bench.publish_many --faqs 2000 --out /tmp/many

Prints wall seconds and processor seconds: on a busy machine only the latter compare.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from knowledge.check import check
from knowledge.library import KNOWLEDGE_DIR
from knowledge.publish.publish import Publisher
from knowledge.publish.store import VersionStore
from knowledge.runtime import Places
from knowledge.tables.cells import write_table
from knowledge.tables.columns import COLUMNS
from knowledge.tables.exchange import take
from tests.knowledge_copy import copy_base

_THINGS: Final = (
    "blanket lamp chair curtain poster kettle garden hallway window cushion magazine clock door"
    " carpet mirror shelf basket umbrella coat bench staircase elevator printer stapler folder"
    " mailbox fountain piano drawing vase candle ladder bucket broom sink towel soap napkin cup"
    " plate spoon tray"
).split()
_COLOURS: Final = (
    "red blue green yellow purple orange white black grey brown pink silver golden striped"
    " spotted plain wooden metal glass paper woolen leather plastic velvet cotton round square"
    " tall short narrow wide old new heavy light folding hanging standing rolling painted carved"
    " woven knitted printed framed broken spare borrowed rented missing locked open sealed damp"
    " dusty clean folded"
).split()
_ASKING: Final = (
    "what about the {}", "where is the {}", "tell me about the {}", "who looks after the {}",
    "is there a {}", "can i use the {}", "{} question", "how old is the {}", "why is there a {}",
    "may i touch the {}", "does the {} belong to you", "who bought the {}", "any news on the {}",
    "is the {} for patients", "what is with the {}", "how many of the {} are there",
)  # fmt: skip


def rows(number: int) -> list[dict[str, str]]:
    """Returns so many FAQs as rows of the table."""
    found = []
    for index, (colour, thing) in enumerate(itertools.product(_COLOURS, _THINGS)):
        if index == number:
            break
        name = f"{colour} {thing}"
        answer = f"The {name} belongs to the clinic. [@CLINIC] Staff can say more. [@CLINIC]"
        values = {
            "id": f"made-{colour}-{thing}", "topic": "made", "question": f"What is the {name} for?",
            "answer": answer, "text message": f"The {name} belongs to the clinic.",
            "wordings": "\n".join(ask.format(name) for ask in _ASKING), "sources": "CLINIC",
        }  # fmt: skip
        found.append(dict.fromkeys(COLUMNS, "") | values)
    return found


def _timed(name: str, step: Callable[[], Any]) -> Any:
    wall, processor = time.monotonic(), time.process_time()
    result = step()
    spent = f"{time.monotonic() - wall:7.1f} s, processor {time.process_time() - processor:7.1f} s"
    sys.stdout.write(f"{name:<10} {spent}\n")
    sys.stdout.flush()
    return result


def main() -> None:
    """Runs every step once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faqs", type=int, default=2000)
    parser.add_argument("--out", type=Path, required=True, help="an empty or missing folder")
    options = parser.parse_args()
    root = options.out / "texts"
    root.mkdir(parents=True)
    copy_base(root)
    for name in ("examples", "calibration"):
        (root / name).symlink_to(KNOWLEDGE_DIR / name)
    table = options.out / "many.xlsx"
    index = options.out / "index"
    shutil.copytree("var/index", index)
    shutil.copy("var/index.vectors.npz", options.out / "index.vectors.npz")
    started = time.monotonic()

    def say(line: str) -> None:
        spent = f"{time.monotonic() - started:6.1f} s, processor {time.process_time():6.1f} s"
        sys.stdout.write(f"  [{spent}] {line[:150]}\n")
        sys.stdout.flush()

    made = rows(options.faqs)
    _timed("export", lambda: write_table(table, made))
    taken = _timed("import", lambda: take(table, root))
    say(f"{len(taken.new)} new")
    report = _timed("lint", lambda: check(root))
    say(f"{report.faqs} FAQs, {len(report.errors)} errors")
    store = VersionStore(options.out / "published")
    places = Places(index, Path("var/encoder"), root)
    publisher = Publisher(places, store, root / "approvals", say)
    _timed("publish", lambda: publisher.publish("bench"))


if __name__ == "__main__":
    main()
