"""The command `faqbot check`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from knowledge.check.run import check as run_check
from knowledge.encoder import Encoder, load_encoder
from knowledge.encoder.weights import DEFAULT_MODEL
from knowledge.errors import KnowledgeError
from knowledge.library import KNOWLEDGE_DIR


@click.command("check")
@click.option(
    "--knowledge",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="FAQBOT_KNOWLEDGE_DIR",
    default=KNOWLEDGE_DIR,
    help="The folder of the texts.",
)
@click.option(
    "--approvals", type=Path, envvar="FAQBOT_APPROVALS_DIR",
    help="The record of approvals.  [default: approvals/ in that folder]",
)  # fmt: skip
@click.option("--near-duplicates", is_flag=True, help="Also compare questions by meaning.")
@click.option(
    "--similarity",
    type=click.FloatRange(0, 1),
    default=0.9,
    show_default=True,
    help="The cosine from which two questions are reported.",
)
@click.option(
    "--encoder",
    type=Path,
    envvar="FAQBOT_MODEL_DIR",
    default=Path("var/encoder"),
    show_default=True,
)
@click.option("--encoder-kind", envvar="FAQBOT_ENCODER", default="onnx", show_default=True)
@click.option("--encoder-model", envvar="FAQBOT_ENCODER_MODEL", default=DEFAULT_MODEL)
def check(
    knowledge: Path,
    approvals: Path | None,
    near_duplicates: bool,
    similarity: float,
    encoder: Path,
    encoder_kind: str,
    encoder_model: str,
) -> None:
    """Check the clinic's texts: form, words, figures, safety wording, approvals.

    Prints `file:line: rule: what is wrong: how to mend it`. The status is 1 if there is an error;
    warnings are for the reviewer. The rules are listed in docs/knowledge.md.
    """
    started = time.monotonic()
    model: Encoder | None = None
    if near_duplicates:
        try:
            model = load_encoder(encoder_kind, encoder, encoder_model)  # type: ignore[arg-type]
        except KnowledgeError as error:
            raise click.ClickException(str(error)) from error
    report = run_check(
        knowledge.resolve(), approvals=approvals, encoder=model, similarity=similarity
    )
    for finding in report.findings:
        click.echo(finding.describe(relative_to=Path.cwd()))
    click.echo(
        f"{report.faqs} FAQs and {report.red_lines} red lines: {len(report.errors)} errors,"
        f" {len(report.warnings)} warnings, {time.monotonic() - started:.1f} s",
        err=True,
    )
    if report.errors:
        sys.exit(1)
