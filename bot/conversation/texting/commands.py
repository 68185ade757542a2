"""Reading opt-out, opt-in, help and "more" in a text.

Carrier keywords count only as the whole text, as at the carriers. Wishes in other words count too
(FCC, 47 CFR 64.1200(a)(10), in force since 11 April 2025: any reasonable means).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from bot.conversation.texting.model import Command

#: Words that carriers and providers act upon by themselves.
STOP_WORDS: Final = frozenset(
    [*"stop stopall unsubscribe end quit cancel revoke optout".split(), "stop all", "opt out"]
)
START_WORDS: Final = frozenset({"start", "unstop"})
HELP_WORDS: Final = frozenset({"help", "info"})
MORE_WORDS: Final = frozenset({"more"})
#: Opt-outs that may mean something else: an appointment, or that it is all too much.
UNCLEAR_WORDS: Final = frozenset({"cancel", "end", "quit", "revoke"})

_LONGEST_WISH: Final = 12
_TEXTS: Final = r"(?:texts?|txts?|messages?|msgs?|sms|texting|txting|messaging|contacting)\b"
_ME: Final = r"(?: ?(?:me|my (?:phone|number|cell)))?"
_WISH: Final = re.compile(
    rf"\b(?:(?:stop|quit|cease|end|no more|enough(?: of)?)"
    rf"(?: (?:sending|me|with|all|these|the|those|this|your|ur|any|of))* {_TEXTS}{_ME}"
    rf"|(?:stop|quit) sending(?: me)?(?: (?:these|this|stuff|things|anything|any more))*"
    rf"|(?:do not|don't|dont|never|no longer|not to) (?:text|txt|message|msg|contact|sms)"
    rf"(?: me| this number)?"
    rf"|unsubscribe(?: me)?|opt(?: |-)?(?:me )?out|opting out"
    rf"|(?:take|get) me off (?:your|this|the|ur) (?:text )?list"
    rf"|(?:remove|delete) (?:me|my number|this number)(?: from \w+(?: \w+)?(?: list)?)?"
    rf"|i (?:do not|don't|dont) want (?:any )?(?:more |these |your |ur )*{_TEXTS}"
    rf"|no me (?:envien?|envies|manden?|mandes|escriban?|escribas)(?: mas)?(?: mensajes| textos)?"
    rf"|no (?:quiero|deseo)(?: recibir)?(?: mas)? (?:mensajes|textos))(?![\w'-])"
)
_PLEA: Final = re.compile(
    r"(?:please |pls |plz )?stop(?: it| this| that| now| please| pls| plz| stop)*"
    r"|alto|pare|parar|baja"
)
_FILLERS: Final = frozenset(
    "please pls plz thanks thank you thx now again anymore any more ever just i want to you guys"
    " por favor gracias ya hi hello ok okay would like me from to the this number and all".split()
)
_WORD: Final = re.compile(r"[a-z0-9'-]+")


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
    words = _plain(text)
    keyword = _keyword(words) or taken_for
    if keyword is not None:
        return Reading(keyword, is_keyword=True, is_unclear=words in UNCLEAR_WORDS)
    if _PLEA.fullmatch(words):
        return Reading(Command.STOP, is_keyword=False, is_unclear=True)
    found = _WISH.search(words)
    if found is None or len(words.split()) > _LONGEST_WISH:
        return None
    rest = _WORD.findall(words[: found.start()] + " " + words[found.end() :])
    says_more = any(word not in _FILLERS for word in rest)
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


def _plain(text: str) -> str:
    straight = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    bare = "".join(c for c in unicodedata.normalize("NFKD", straight) if c.isascii())
    return " ".join(_WORD.findall(bare))
