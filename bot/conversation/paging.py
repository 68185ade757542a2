"""When somebody is told of a case: the steps that are due, and the moment of the next one.

Pure: the case, the rules and the clock go in, steps come out. `bot.adapters.database` keeps which
steps were done, so that each is done once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.model import LOCKING_TIERS, OpenedEscalation, Status
from bot.ladder import Ladder, Step, Target
from knowledge.decision import Category, Tier


@dataclass(frozen=True, slots=True)
class Rules:
    """Who is told.

    Attributes:
        ladder: of T0 and T1, step after step until somebody acknowledges.
        repeat: how often its last step is done again.
        routine: of T2 and T3: once when a case opens, and once when it is overdue.
    """

    ladder: Ladder
    repeat: dt.timedelta
    routine: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One message to one target about one case; never a patient's words.

    Attributes:
        key: the same for every try, so that a receiver can drop a repeat.
        step: how far the ladder was climbed, from 0.
    """

    key: str
    target: Target
    case_id: int
    conversation_id: str
    tier: Tier
    category: Category
    waiting_since: dt.datetime
    step: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps that are due, with their targets, and when to look again."""

    due: tuple[tuple[int, Target], ...]
    next_at: dt.datetime | None


def plan(case: OpenedEscalation, rules: Rules, deadline: dt.datetime, now: dt.datetime) -> Plan:
    """Returns what is due for a case.

    After a long break a target that several missed steps name is told once, not once a step.

    Args:
        case: the case, as its round of paging began.
        rules: who is told.
        deadline: until when the clinic promises to look at it.
        now: the present moment.
    """
    start = case.page_from
    if start is None or case.waiting_since is None or case.status is Status.RESOLVED:
        return Plan((), None)
    if case.tier in LOCKING_TIERS:
        past, next_at = _climbed(rules, start, now)
    else:
        past, next_at = _routine(rules, start, deadline, now)
    found: dict[Target, int] = {}
    for number, targets in reversed(past):
        for target in targets:
            found.setdefault(target, number)
    due = sorted(((n, target) for target, n in found.items()), key=lambda s: (s[0], str(s[1])))
    return Plan(tuple(due), next_at)


_Steps = list[tuple[int, Sequence[Target]]]


def _climbed(
    rules: Rules, start: dt.datetime, now: dt.datetime
) -> tuple[_Steps, dt.datetime | None]:
    past: _Steps = []
    for number, step in enumerate(rules.ladder):
        if start + step.after > now:
            return past, start + step.after
        past.append((number, step.targets))
    top: Step = rules.ladder[-1]
    repeats = (now - start - top.after) // rules.repeat
    if repeats:
        past.append((len(rules.ladder) - 1 + repeats, top.targets))
    return past, start + top.after + (repeats + 1) * rules.repeat


def _routine(
    rules: Rules, start: dt.datetime, deadline: dt.datetime, now: dt.datetime
) -> tuple[_Steps, dt.datetime | None]:
    moments = [start] + ([deadline] if deadline > start else [])
    past: _Steps = [(n, rules.routine) for n, moment in enumerate(moments) if moment <= now]
    return past, next((moment for moment in moments if moment > now), None)
