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


class _EvaluationFailed(click.ClickException):
    """Nothing was measured; 1 says that a floor is broken."""

    exit_code = 2


@click.command("evaluate")
@click.option("--sets", type=Path, default=Path("tests/heldout"), show_default=True)
@click.option(
    "--out", type=Path, default=Path("var/evaluation"), show_default=True,
    help="Folder of the HTML and JSON reports.",
)  # fmt: skip
@click.option("--against", type=Path, help="Report to compare with.  [default: the last in --out]")
@click.option(
    "--perturbed", type=click.IntRange(min=0), default=3000, show_default=True,
    help="How many red lines are decided again after one perturbation.",
)  # fmt: skip
@click.option("--baselines", is_flag=True, help="Compare other methods on the same messages.")
@click.option(
    "--rasa/--no-rasa", default=True, show_default=True,
    help="With --baselines: train Rasa's DIET too (long; kept for the next time).",
)  # fmt: skip
@click.option("--rasa-epochs", type=click.IntRange(min=1), default=100, show_default=True)
@click.option("--rasa-minutes", type=float, default=120.0, show_default=True)
@click.option("--rasa-python", type=Path, default=Path(".venvs/rasa/bin/python"), show_default=True)
@places_options
def evaluate(
    sets: Path,
    out: Path,
    against: Path | None,
    perturbed: int,
    baselines: bool,
    rasa: bool,
    rasa_epochs: int,
    rasa_minutes: float,
    rasa_python: Path,
    **places: Any,
) -> None:
    """Measure triage on labelled messages that nothing was fitted on.

    Ends with 1 when a promised floor is broken, with 2 when something could not be measured.
    """
    # Imported here: fitting and reports are no part of what the other commands need.
    from knowledge.evaluate.baselines.rasa_diet import RasaSettings
    from knowledge.evaluate.session import Options, run_session

    try:
        trained = (
            # Not resolved: a virtual environment's Python is known by its link.
            RasaSettings(rasa_python.absolute(), out / "rasa", rasa_epochs, rasa_minutes)
            if baselines and rasa
            else None
        )
        options = Options(Places(**places), sets, out, against, perturbed, baselines, trained)
        broken = run_session(options, click.echo)
    except (KnowledgeError, OSError) as error:
        raise _EvaluationFailed(str(error)) from error
    for title in broken:
        click.echo(f"floor broken: {title}", err=True)
    if broken:
        sys.exit(1)
