"""The states of a case, and which step may follow which.

```text
open ──claim──▶ claimed ──reply──▶ waiting (for the patient)
 ▲                │  ▲                │
 │◀──hand back────┘  └──patient writes┘
 │                └────────┬─────────┘
 └──new red line── resolved ◀── resolve (from every state)
```
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.conversation.errors import IllegalStepError
from bot.conversation.model import Status

NEXT: Final[Mapping[Status, frozenset[Status]]] = {
    Status.OPEN: frozenset({Status.CLAIMED, Status.RESOLVED}),
    Status.CLAIMED: frozenset({Status.CLAIMED, Status.WAITING, Status.OPEN, Status.RESOLVED}),
    Status.WAITING: frozenset({Status.WAITING, Status.CLAIMED, Status.OPEN, Status.RESOLVED}),
    Status.RESOLVED: frozenset({Status.OPEN}),
}


def require_step(before: Status, after: Status) -> None:
    """Makes sure that a case may go from one state to another.

    Raises:
        IllegalStepError: if it may not; nothing else in the code may skip this question.
    """
    if after not in NEXT[before]:
        raise IllegalStepError(before.value, after.value)
