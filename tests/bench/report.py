"""The comparison as a page and plots, from the raw figures alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt

from tests.bench.figures import Estimate, estimate, ratio
from tests.bench.usual_bot import EPOCHS

Window = dict[str, Any]


def write_report(result: dict[str, Any], training: dict[str, Any], folder: Path) -> None:
    """Writes `comparison.md` and its plots.

    Args:
        result: what `compare` returned.
        training: steps of our training with seconds and processor time; may be empty.
        folder: takes the files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n\n".join(
        [
            _head(result),
            "## Goals\n\n" + _goals(result, training),
            "## Chats without a pause\n\n" + _table(result, "senders", "senders"),
            "## Senders who come at random (open loop)\n\n"
            + _table(result, "offered", "offered/s"),
            "## One message, stage by stage\n\n" + _stages(result),
            "## Processor time a message, 32 senders or the most there were\n\n" + _cpu(result),
            "## Memory, MB (PSS), idle and after the load\n\n" + _memory(result),
            "## What became of every accepted message\n\n" + _lost(result),
            "## Training\n\n" + _training(result, training),
            "![messages a second](throughput.png)\n\n![95th percentile](latency.png)",
        ]
    )
    (folder / "comparison.md").write_text(text + "\n", encoding="utf-8")
    _plot(result, folder / "throughput.png", "rate", "messages a second")
    _plot(result, folder / "latency.png", "p95", "95th percentile, ms")


def _head(result: dict[str, Any]) -> str:
    names = "\n".join(f"- **{key}** {name}" for key, name in result["names"].items())
    return (
        "# The service beside the usual Rasa bot\n\n"
        "Written by `make bench`; do not edit. Chats of three messages (70% FAQ, 10% small talk,"
        " 10% to clarify, 10% to staff), held-out wordings, the same for all.\n\n"
        f"{names}\n\n"
        f"{result['when']}, {result['machine']}, {result['rounds']} rounds of"
        f" {result['seconds']:g} s windows in turn; load average {result['load_before']:.1f} before"
        f" and {result['load_after']:.1f} after. Medians over rounds with 95% bootstrap intervals;"
        " ratios are of windows of the same round. The load generator runs on the same cores."
    )


def _goals(result: dict[str, Any], training: dict[str, Any]) -> str:
    most = _most(result)
    busy = [w for w in result["windows"] if w.get("senders") == most]
    alone = [w for w in result["windows"] if w.get("senders") == 1]
    idle = {k: sum(v.values()) for k, v in result["idle"].items()}
    rows = [
        (f"c ÷ a, messages/s, {most} senders", "≥ 2.0", _shown(ratio(busy, "c", "a", _of("rate")))),
        (f"c ÷ a, p95, {most} senders", "≤ 0.5", _shown(ratio(busy, "c", "a", _of("p95")))),
        ("c ÷ a, p50, one sender", "≤ 1.0", _shown(ratio(alone, "c", "a", _of("p50")))),
        (
            f"c, message of a {result['long']['c']['turns']:.0f}-turn chat, late ÷ early",
            "≤ 1.5",
            f"{result['long']['c']['late'] / result['long']['c']['early']:.2f}",
        ),
        (f"b ÷ a, messages/s, {most} senders", "", _shown(ratio(busy, "b", "a", _of("rate")))),
        (f"d ÷ a, messages/s, {most} senders", "", _shown(ratio(busy, "d", "a", _of("rate")))),
        ("c, first answer after a start, s", "≤ 12", f"{result['starts']['c']:.1f}"),
        ("c, memory of all processes, idle, MB", "≤ 1300", f"{idle['c']:.0f}"),
        ("POST /triage ÷ bare encoder, p50", "≤ 1.6", f"{_triage_share(result):.2f}"),
        (
            "messages of b, c, d lost under any load",
            "0",
            str(_lost_count(w for w in result["windows"] if w["system"] != "a")),
        ),
    ]
    if training and result["usual"]["epochs"] == EPOCHS:
        ours = sum(step["cpu"] for step in training.values())
        share = ours / result["usual"]["train_cpu"]
        rows.append(("training, ours ÷ usual, processor time", "≤ 0.3", f"{share:.2f}"))
    return _markdown(("figure", "goal", "measured"), rows)


def _table(result: dict[str, Any], load: str, title: str) -> str:
    rows = []
    for amount in sorted({w[load] for w in result["windows"] if load in w}):
        for key in result["names"]:
            windows = [w for w in _windows(result, key) if w.get(load) == amount]
            figures = (estimate([w[name] for w in windows]) for name in ("p50", "p95", "p99"))
            rate = estimate([w["rate"] for w in windows]).shown()
            lost = _lost_count(windows)
            rows.append((f"{amount:g}", key, rate, *(e.shown() for e in figures), str(lost)))
    return _markdown((title, "", "messages/s", "p50 ms", "p95 ms", "p99 ms", "lost"), rows)


def _cpu(result: dict[str, Any]) -> str:
    most, rows = _most(result), []
    for key in result["names"]:
        windows = [w for w in _windows(result, key) if w.get("senders") == most]
        names = sorted({name for w in windows for name in w["cpu"]})
        used = {n: estimate([w["cpu"].get(n, 0.0) for w in windows]).value for n in names}
        generator = used.pop("load generator", 0.0)
        parts = ", ".join(f"{n} {v:.1f}" for n, v in used.items() if v >= 0.1)
        rows.append((key, f"{sum(used.values()):.1f}", parts, f"{generator:.1f}"))
    return _markdown(("", "ms a message", "by process", "load generator besides"), rows)


def _stages(result: dict[str, Any]) -> str:
    """Returns the stages; each holds those above it, but for the bare encoder's loop."""
    bare, rows = result["stages"]["bare encoder"]["p50"], []
    for name, took in result["stages"].items():
        share = f"{took['p50'] / bare:.2f}"
        rows.append((name, f"{took['p50']:.1f}", f"{took['p95']:.1f}", share))
    return _markdown(("stage, with those before it", "p50 ms", "p95 ms", "÷ bare encoder"), rows)


def _memory(result: dict[str, Any]) -> str:
    rows = []
    for key in result["names"]:
        idle, busy = result["idle"][key], result["busy"][key]
        parts = ", ".join(f"{name} {idle[name]:.0f}" for name in idle)
        rows.append((key, f"{sum(idle.values()):.0f}", f"{sum(busy.values()):.0f}", parts))
    return _markdown(("", "idle", "after the load", "idle, by process"), rows)


def _lost(result: dict[str, Any]) -> str:
    names = ("accepted", "unanswered", "silent", "failed", "twice")
    rows = [(key, *(str(v[n]) for n in names)) for key, v in result["lost_rows"].items()]
    return _markdown(("", *names), rows)


def _training(result: dict[str, Any], training: dict[str, Any]) -> str:
    usual = result["usual"]
    rows = [
        (
            f"usual bot, {usual['examples']} examples, {usual['epochs']} epochs",
            f"{usual['train_seconds']:.0f}",
            f"{usual['train_cpu']:.0f}", f"{usual['model_mb']:.0f}",
        )
    ]  # fmt: skip
    for step, took in training.items():
        rows.append((f"ours: {step}", f"{took['seconds']:.0f}", f"{took['cpu']:.0f}", ""))
    rows.append(("ours: encoder, index, dialogue model", "", "", f"{result['model_mb']:.0f}"))
    return _markdown(("", "seconds", "processor seconds", "size, MB"), rows)


def _plot(result: dict[str, Any], path: Path, figure: str, label: str) -> None:
    mpl.use("Agg")
    drawing, axes = plt.subplots(figsize=(6.4, 4), layout="constrained")
    for key in result["names"]:
        senders = sorted({w["senders"] for w in result["windows"] if "senders" in w})
        found = [
            estimate([w[figure] for w in _windows(result, key) if w.get("senders") == n])
            for n in senders
        ]
        low = [e.value - e.low for e in found]
        high = [e.high - e.value for e in found]
        values = [e.value for e in found]
        axes.errorbar(senders, values, yerr=[low, high], marker="o", capsize=3, label=key)
    axes.set(xscale="log", xlabel="senders at the same time", ylabel=label, ylim=(0, None))
    axes.legend()
    axes.grid(alpha=0.3)
    drawing.savefig(path, dpi=120)
    plt.close(drawing)


def _triage_share(result: dict[str, Any]) -> float:
    stages = result["stages"]
    return float(stages["POST /triage"]["p50"] / stages["bare encoder"]["p50"])


def _most(result: dict[str, Any]) -> int:
    found = {int(w["senders"]) for w in result["windows"] if "senders" in w}
    return 32 if 32 in found else max(found)


def _windows(result: dict[str, Any], key: str) -> list[Window]:
    return [window for window in result["windows"] if window["system"] == key]


def _lost_count(windows: Iterable[Window]) -> int:
    return sum(sum(window["lost"].values()) for window in windows)


def _of(name: str) -> Callable[[Window], float]:
    return lambda window: float(window[name])


def _shown(found: Estimate | None) -> str:
    return "not measured" if found is None else found.shown(2)


def _markdown(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
