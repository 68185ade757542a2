"""Commands of the knowledge room: `faqbot triage` and `faqbot evaluate`."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from knowledge.decision import Decision
from knowledge.encoder.weights import DEFAULT_MODEL
from knowledge.errors import KnowledgeError
from knowledge.evaluate.run import evaluate as measure
from knowledge.library import KNOWLEDGE_DIR
from knowledge.runtime import Places, open_triage
from knowledge.triage import Triage

_CHANNELS = ("web", "sms")


def places_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that say where the knowledge, the encoder and the index are."""
    options = (
        click.option("--index", type=Path, envvar="FAQBOT_INDEX_DIR", default=Path("var/index")),
        click.option(
            "--encoder", type=Path, envvar="FAQBOT_MODEL_DIR", default=Path("var/encoder")
        ),
        click.option(
            "--knowledge", type=Path, envvar="FAQBOT_KNOWLEDGE_DIR", default=KNOWLEDGE_DIR
        ),
        click.option("--encoder-kind", envvar="FAQBOT_ENCODER", default="onnx"),
        click.option("--encoder-model", envvar="FAQBOT_ENCODER_MODEL", default=DEFAULT_MODEL),
        click.option("--mode", envvar="FAQBOT_MODE", default="local"),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("triage")
@click.argument("text", nargs=-1)
@click.option("--jsonl", is_flag=True, help="Read JSON lines on standard input, write one each.")
@click.option("--context", is_flag=True, help="Consecutive lines share a conversation.")
@click.option("--channel", type=click.Choice(_CHANNELS), default="web", show_default=True)
@places_options
def triage(text: tuple[str, ...], jsonl: bool, context: bool, channel: str, **places: Any) -> None:
    """Decide what would be done with messages, and why.

    Give one message as arguments, or {"text": ..., "channel": "web"|"sms"} lines with --jsonl.
    """
    if not jsonl and not text:
        raise click.UsageError("give a message, or --jsonl with lines on standard input")
    try:
        _, opened = open_triage(Places(**places))
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from error
    lines: Iterable[str] = (
        io.TextIOWrapper(sys.stdin.buffer, "utf-8", "surrogateescape")
        if jsonl
        else [json.dumps({"text": " ".join(text), "channel": channel})]
    )
    failed = False
    for result in decide_lines(lines, opened, context=context):
        failed = failed or "error" in result
        click.echo(json.dumps(result, ensure_ascii=False))
    if failed:
        sys.exit(1)


def decide_lines(
    lines: Iterable[str], triage: Triage, *, context: bool = False
) -> Iterable[dict[str, Any]]:
    """Yields one result a line, in order; a bad line yields ``{"error": …, "line": n}``."""
    previous: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            text, channel = _message(line)
        except (ValueError, RecursionError) as error:
            yield {"line": number, "error": str(error)}
            continue
        yield contract(triage.decide(text, channel, previous[-2:] if context else ()))
        previous.append(text)


def contract(decision: Decision) -> dict[str, Any]:
    """Returns the keys of the public triage contract."""
    result = decision.to_dict()
    return {key: result[key] for key in result if key not in ("intent", "language")}


def _message(line: str) -> tuple[str, str]:
    raw = json.loads(line)
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str):
        raise ValueError(  # noqa: TRY004 -- of JSON, where a wrong type is a wrong value
            'text: must be a string: write {"text": "...", "channel": "web"}'
        )
    if any("\ud800" <= char <= "\udfff" for char in raw["text"]):
        raise ValueError("text: holds a character that is not valid Unicode: send UTF-8")
    channel = raw.get("channel", "web")
    if channel not in _CHANNELS:
        raise ValueError(f"channel: {channel!r} is unknown: use web or sms")
    return raw["text"], channel


@click.command("evaluate")
@click.option("--sets", type=Path, default=Path("tests/heldout"), show_default=True)
@click.option("--json", "as_json", type=Path, help="Also write the figures and misses here.")
@places_options
def evaluate(sets: Path, as_json: Path | None, **places: Any) -> None:
    """Measure triage on labelled messages that nothing was fitted on."""
    try:
        _, opened = open_triage(Places(**places))
        report = measure(sets, opened)
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from error
    for name, share in report.shares.items():
        click.echo(f"{name:60} {share}")
    for name, number in report.numbers.items():
        click.echo(f"{name:60} {number:6.3f}")
    if as_json:
        as_json.write_text(json.dumps(report.to_dict(), indent=1), encoding="utf-8")
