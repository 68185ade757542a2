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

#: Mean cosine distance up to which questions count as one; see docs/desk.md for how it was chosen.
LIMIT: Final = 0.3
#: Questions whose closest FAQ is the same may be so much further apart.
SAME_FAQ: Final = 0.2
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
    labels = cluster(np.asarray(encode(texts)), [question.nearest for question in questions])
    groups = []
    for label in range(max(labels) + 1):
        members = [n for n, found in enumerate(labels) if found == label]
        distinct = list(dict.fromkeys(texts[n] for n in members))
        disliked = sum(questions[n].is_disliked for n in members)
        shown = tuple(distinct[1:_SHOWN])
        groups.append(QuestionGroup(distinct[0], shown, len(members) - disliked, disliked))
    return tuple(sorted(groups, key=lambda made: -made.count))


def cluster(vectors: np.ndarray, nearest: Sequence[str | None]) -> list[int]:
    """Returns the number of each text's group.

    Args:
        vectors: unit vectors, shape (n, d).
        nearest: the closest FAQ of each text, if known.
    """
    from sklearn.cluster import AgglomerativeClustering  # large: only where it is used

    if len(vectors) == 1:
        return [0]
    names = np.array([name or f"none {number}" for number, name in enumerate(nearest)])
    distances = 1 - vectors @ vectors.T - SAME_FAQ * (names[:, None] == names[None, :])
    np.fill_diagonal(distances, 0)
    made = AgglomerativeClustering(
        n_clusters=None, distance_threshold=LIMIT, metric="precomputed", linkage="average"
    ).fit_predict(np.clip(distances, 0, None))
    return [int(number) for number in made]
