"""Tables that explain: a decision, a text's segments, who answers, the commands."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.channels.shell.chat import Standing
from bot.channels.shell.layers import layer_of
from bot.channels.shell.printable import printable
from bot.channels.shell.slash import COMMANDS
from bot.sms_text import Segmentation
from knowledge.decision import Decision


def decision_tables(decision: Decision, questions: Mapping[str, str]) -> RenderableType:
    """Returns why a message was treated as it was.

    Args:
        decision: what triage made of it.
        questions: the FAQs' questions by id.
    """
    parts: list[RenderableType] = [_facts(decision), Text(), _reasons(decision)]
    if decision.candidates:
        parts += [Text(), _candidates(decision, questions)]
    return Group(*parts)


def segment_tables(title: str, segmentation: Segmentation) -> RenderableType:
    """Returns how a text is cut for SMS."""
    encoding, number = segmentation.encoding, len(segmentation.segments)
    head = (
        f"{title}: {encoding.value}, {number} segment{'' if number == 1 else 's'},"
        f" {len(segmentation.text)} characters taking {segmentation.units} units"
    )
    table = _table("#", "units", "characters", "text")
    for place, segment in enumerate(segmentation.segments, 1):
        shown = printable(segment.text).replace("\n", "\\n")
        room = f"{segment.units}/{segmentation.capacity}"
        _row(table, str(place), room, str(len(segment.text)), f'"{shown}"')
    return Group(Text(head), table)


def standing_table(standing: Standing, *, with_ids: bool) -> RenderableType:
    """Returns who answers in a conversation, and its open escalation.

    Args:
        standing: what is known.
        with_ids: also show what differs every time: ids.
    """
    conversation, escalation = standing.conversation, standing.escalation
    table = _pairs()
    _row(table, "answers", conversation.state.value)
    if conversation.holder is not None:
        _row(table, "held by", conversation.holder.name)
    _row(table, "channel", conversation.channel.value)
    _row(table, "language", conversation.language)
    if with_ids:
        _row(table, "conversation", conversation.id)
    if escalation is None:
        _row(table, "escalation", "none open")
        return table
    number = f"#{escalation.id} " if with_ids else ""
    kind = f"{number}{escalation.tier} {escalation.category}, {escalation.status.value}"
    _row(table, "escalation", kind)
    _row(table, "reason", escalation.reason)
    return table


def help_table() -> RenderableType:
    """Returns the commands."""
    table = _pairs()
    for name, command in COMMANDS.items():
        _row(table, f"/{name} {command.argument}".rstrip(), command.summary)
    _row(table, "//text", "send /text to the bot")
    return table


def _facts(decision: Decision) -> Table:
    table = _pairs()
    route = " ".join(word for word in (decision.route, decision.tier, decision.category) if word)
    _row(table, "route", route)
    _row(table, "FAQs", ", ".join(decision.faq_ids) or "none")
    _row(table, "confidence", f"{decision.confidence:.4f}")
    _row(table, "intent", decision.intent)
    _row(table, "language", decision.language)
    _row(table, "footer", decision.footer or "none")
    return table


def _reasons(decision: Decision) -> Table:
    table = _table("layer", "reason")
    for reason in decision.reasons:
        _row(table, layer_of(reason), reason)
    return table


def _candidates(decision: Decision, questions: Mapping[str, str]) -> Table:
    table = _table("#", "score", "candidate", "question", "")
    for place, candidate in enumerate(decision.candidates, 1):
        faq_id = candidate.faq_id
        mark = "chosen" if faq_id in decision.faq_ids else ""
        _row(table, str(place), f"{candidate.score:.4f}", faq_id, questions.get(faq_id, "?"), mark)
    return table


def _table(*columns: str) -> Table:
    table = Table(*columns, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in table.columns[:-1]:
        column.no_wrap = len(str(column.header)) < len("question")
    return table


def _pairs() -> Table:
    table = Table("", "", box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.columns[0].style = "bold"
    table.columns[0].no_wrap = True
    return table


def _row(table: Table, *cells: str) -> None:
    table.add_row(*(Text(printable(cell)) for cell in cells))
