"""Groups unanswered questions by meaning, so that the clinic sees what to write next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from bot.adapters.database import Database
from bot.adapters.database.unanswered import (
    QuestionGroup,
    Unanswered,
    replace_groups,
    unanswered_since,
)
from bot.conversation.scrub import scrub
from bot.conversation.service import utc_now

#: Cosine distance up to which any two questions of a group may be apart; docs/desk.md has what
#: was measured.
LIMIT: Final = 0.45
#: Questions that got the same answer, and did not like it, may be so much further apart.
SAME_ANSWER: Final = 0.2
_DAYS: Final = 90
_MOST: Final = 2000
_SHOWN: Final = 8

Encode = Callable[[Sequence[str]], Any]


def regroup(database: Database, encode: Callable[[], Encode]) -> int:
    """Groups the questions of the last 90 days anew; returns how many groups there are.

    Args:
        database: where conversations are kept.
        encode: makes the encoder; not called when there is nothing to group.

    Raises:
        StoreUnavailableError: if the database is down.
    """
    now = utc_now()
    found = unanswered_since(database, now - dt.timedelta(days=_DAYS), _MOST)
    groups = group(found, encode()) if found else ()
    replace_groups(database, groups, now)
    return len(groups)


def group(questions: Sequence[Unanswered], encode: Encode) -> tuple[QuestionGroup, ...]:
    """Returns the groups, largest first; personal details are taken out.

    Args:
        questions: at least one.
        encode: texts to unit vectors, shape (n, d).
    """
    texts = [scrub(question.text) for question in questions]
    # What found no answer has a closest FAQ too, but by chance: that says nothing.
    answers = [question.nearest if question.is_disliked else None for question in questions]
    members: dict[int, list[int]] = {}
    for number, label in enumerate(cluster(np.asarray(encode(texts)), answers)):
        members.setdefault(label, []).append(number)
    groups = []
    for numbers in members.values():
        distinct = list(dict.fromkeys(texts[n] for n in numbers))
        disliked = sum(questions[n].is_disliked for n in numbers)
        shown = tuple(distinct[1:_SHOWN])
        groups.append(QuestionGroup(distinct[0], shown, len(numbers) - disliked, disliked))
    return tuple(sorted(groups, key=lambda made: -made.count))


def cluster(vectors: np.ndarray, answers: Sequence[str | None]) -> list[int]:
    """Returns the number of each text's group.

    Complete linkage: a group holds no two questions that are far apart, so that one question
    between two subjects does not make one group of both.

    Args:
        vectors: unit vectors, shape (n, d).
        answers: the FAQ that each text was answered with, if it was.
    """
    from sklearn.cluster import AgglomerativeClustering  # large: only where it is used

    if len(vectors) == 1:
        return [0]
    names = np.array([name or f"none {number}" for number, name in enumerate(answers)])
    distances = 1 - vectors @ vectors.T - SAME_ANSWER * (names[:, None] == names[None, :])
    np.fill_diagonal(distances, 0)
    made = AgglomerativeClustering(
        n_clusters=None, distance_threshold=LIMIT, metric="precomputed", linkage="complete"
    ).fit_predict(np.clip(distances, 0, None))
    return [int(number) for number in made]
