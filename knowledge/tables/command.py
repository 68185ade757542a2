"""`faqbot export` and `faqbot import`."""

from __future__ import annotations

from pathlib import Path

import click

from knowledge.errors import KnowledgeError
from knowledge.library import KNOWLEDGE_DIR
from knowledge.tables.cells import write_table
from knowledge.tables.exchange import rows_of, take

_KNOWLEDGE = click.option(
    "--knowledge", type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="FAQBOT_KNOWLEDGE_DIR", default=KNOWLEDGE_DIR, help="The folder of the texts.",
)  # fmt: skip


@click.command("export")
@click.argument("table", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--topic", help="Only the FAQs of one topic.")
@_KNOWLEDGE
def export_table(table: Path, topic: str | None, knowledge: Path) -> None:
    """Write the FAQs to a table: TABLE ends in .csv or .xlsx."""
    try:
        number = write_table(table, rows_of(knowledge.resolve(), topic))
    except (KnowledgeError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{number} FAQs are in {table}")


@click.command("import")
@click.argument("table", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the table and change nothing.")
@_KNOWLEDGE
def import_table(table: Path, dry_run: bool, knowledge: Path) -> None:
    """Take the FAQs of a table: all of them, or none if a row is wrong.

    FAQs that the table lacks stay as they are. What changed has to be approved again.
    """
    try:
        taken = take(table, knowledge.resolve(), dry_run=dry_run)
    except (KnowledgeError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for name, ids in (("new", taken.new), ("changed", taken.changed)):
        if ids:
            shown = ", ".join(ids[:10]) + (", ..." if len(ids) > 10 else "")  # noqa: PLR2004
            click.echo(f"{name}: {len(ids)} ({shown})")
    done = "nothing was written" if dry_run else "imported"
    click.echo(f"{len(taken.same)} as they were; {done}")
