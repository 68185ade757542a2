"""`python -m tests.bench`: what `make bench` runs. Raw figures go to var/bench, pages to docs."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from tests.bench import compare as comparison
from tests.bench import index_scale, replicas, stored_scale
from tests.bench.processes import ROOT
from tests.bench.report import write_report
from tests.bench.training import train_ours

_PAGES: Final = ROOT / "docs" / "performance"


def main(argv: list[str]) -> int:
    """Runs one part, or all of them. Returns the exit code."""
    options = _parser().parse_args(argv)
    os.nice(options.nice)
    parts = {
        "compare": _compare,
        "train": _train,
        "index": _index,
        "stored": _stored,
        "replicas": _replicas,
    }
    for name, part in parts.items():
        if options.part in (name, "all"):
            _say(f"{name} ...")
            part(options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parts = ["all", "compare", "train", "index", "stored", "replicas"]
    parser.add_argument("part", nargs="?", default="compare", choices=parts)
    parser.add_argument("--quick", action="store_true", help="a short run that proves it works")
    parser.add_argument("--rounds", type=int, help="rounds of the comparison")
    parser.add_argument("--seconds", type=float, help="seconds of one window")
    parser.add_argument("--epochs", type=int, help="of the usual bot's models; 100 by default")
    parser.add_argument("--most", type=int, default=1_000_000, help="wordings in the largest index")
    parser.add_argument("--messages", type=int, default=1_000_000, help="messages that are stored")
    parser.add_argument("--nice", type=int, default=0, help="how much to give way to other work")
    parser.add_argument("--cache", type=Path, default=ROOT / "var" / "bench")
    parser.add_argument("--out", type=Path, help="folder of the pages; docs/performance by default")
    return parser


def _compare(options: argparse.Namespace) -> None:
    plan = comparison.QUICK if options.quick else comparison.Plan()
    changes = {"rounds": options.rounds, "seconds": options.seconds, "usual_epochs": options.epochs}
    plan = comparison.changed(plan, **{k: v for k, v in changes.items() if v is not None})
    result = comparison.compare(plan, options.cache, _say)
    comparison.save(result, options.cache / "compare.json")
    write_report(result, _kept(options.cache / "train.json"), _pages(options))


def _train(options: argparse.Namespace) -> None:
    comparison.save(train_ours(), options.cache / "train.json")


def _index(options: argparse.Namespace) -> None:
    sizes = index_scale.QUICK if options.quick else index_scale.sizes_up_to(options.most)
    result = index_scale.measure(sizes, _say)
    comparison.save(result, options.cache / "index.json")
    index_scale.write_page(result, _pages(options))


def _stored(options: argparse.Namespace) -> None:
    messages = 2_000 if options.quick else options.messages
    with tempfile.TemporaryDirectory(prefix="faqbot-stored-") as folder:
        result = stored_scale.measure(Path(folder), messages, _say)
    comparison.save(result, options.cache / "stored.json")
    stored_scale.write_page(result, _pages(options))


def _replicas(options: argparse.Namespace) -> None:
    rounds, seconds = (1, 1.5) if options.quick else (options.rounds or 5, options.seconds or 6.0)
    result = replicas.measure(options.cache, rounds, seconds, _say)
    comparison.save(result, options.cache / "replicas.json")
    replicas.write_page(result, _pages(options))


def _kept(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def _pages(options: argparse.Namespace) -> Path:
    """Returns where the pages go: a quick run's figures are not worth keeping."""
    chosen: Path | None = options.out
    return chosen or (options.cache / "pages" if options.quick else _PAGES)


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
