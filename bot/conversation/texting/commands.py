"""Reading opt-out, opt-in, help and "more" in a text.

Carrier keywords count only as the whole text, as at the carriers. Wishes in other words count too
(FCC, 47 CFR 64.1200(a)(10), in force since 11 April 2025: any reasonable means).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.conversation.texting.model import Command
from bot.conversation.texting.wishes import find_wish, plain_words

#: Words that carriers and providers act upon by themselves.
STOP_WORDS: Final = frozenset(
    [*"stop stopall unsubscribe end quit cancel revoke optout".split(), "stop all", "opt out"]
)
START_WORDS: Final = frozenset({"start", "unstop"})
HELP_WORDS: Final = frozenset({"help", "info"})
MORE_WORDS: Final = frozenset({"more"})
#: Opt-outs that may mean something else: an appointment, or that it is all too much.
UNCLEAR_WORDS: Final = frozenset({"cancel", "end", "quit", "revoke"})

_PLEA: Final = re.compile(
    r"(?:please |pls |plz )?stop(?: it| this| that| now| please| pls| plz| stop)*"
    r"|alto|pare|parar|baja"
)
_FILLERS: Final = frozenset(
    "please pls plz thanks thank you thx now again anymore any more ever just i want to you guys"
    " por favor gracias ya hi hello ok okay would like me from to the this number and all".split()
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text asks of texting itself.

    Attributes:
        is_keyword: whether it is a word that carriers act upon.
        is_unclear: whether it may have meant something else, so that staff look at it.
        says_more: whether it says something besides, which is a message of its own.
    """

    command: Command
    is_keyword: bool
    is_unclear: bool = False
    says_more: bool = False


def read_command(text: str, taken_for: Command | None = None) -> Reading | None:
    """Returns what a text asks of texting itself, or None for an ordinary message.

    Args:
        text: the whole text.
        taken_for: what the provider took it for; it counts, because the provider acted upon it.
    """
    words = plain_words(text)
    keyword = _keyword(words) or taken_for
    if keyword is not None:
        return Reading(keyword, is_keyword=True, is_unclear=words in UNCLEAR_WORDS)
    if _PLEA.fullmatch(words):
        # It may mean the treatment, or everything: it is obeyed, and read by triage as well.
        return Reading(Command.STOP, is_keyword=False, is_unclear=True, says_more=True)
    found = find_wish(text)
    if found is None:
        return None
    says_more = any(word not in _FILLERS for word in found[1].split())
    return Reading(Command.STOP, is_keyword=False, says_more=says_more)


def _keyword(words: str) -> Command | None:
    for command, known in (
        (Command.STOP, STOP_WORDS),
        (Command.START, START_WORDS),
        (Command.HELP, HELP_WORDS),
        (Command.MORE, MORE_WORDS),
    ):
        if words in known:
            return command
    return None
