"""Taking back: "jk", "never mind", "i'm fine". After a crisis message these cancel nothing.

Clinical brief, section 3. A message counts only when it says nothing else.
"""

from __future__ import annotations

from typing import Final

_TAKING_BACK: Final = frozenset(
    "lol lmao haha hahaha ha jk kidding joking joke nvm nevermind mind forget ignore scratch back"
    " fine okay mean meant worry serious humor dramatic venting exaggerating delete erase test"
    " testing".split()
)
_BESIDE: Final = frozenset(
    "a about actually all am and at be being bad but dark did do done dont feel everything good"
    " guys hey i im it its just me my never no not now of oh ok omg only please promise really said"
    " sorry so take thank thanks that thats the there this to today totally wait was we what you"
    " everyone everybody anyone disregard last message text".split()
)
_LONGEST: Final = 9


def is_retraction(folded: str) -> bool:
    """Says whether a folded message only takes something back.

    Args:
        folded: the message as `Normaliser.fold` returns it.
    """
    words = folded.split()
    return (
        0 < len(words) <= _LONGEST
        and all(word in _TAKING_BACK or word in _BESIDE for word in words)
        and any(word in _TAKING_BACK for word in words)
    )
