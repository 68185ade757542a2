"""Wishes to get no more texts, in words of one's own (FCC, 47 CFR 64.1200(a)(10)).

By wording, not by meaning: an opt-out loses a patient's consent, so one must be able to read what
counts. Fitted on `tests/opt_outs`, of which no sitting is held out any more; docs/sms.md has what
each one measured at first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

#: Words in the clause that holds a wish; a longer one tells a story.
_LONGEST: Final = 12
_WORD: Final = re.compile(r"[a-z0-9'-]+")
_CLAUSE: Final = re.compile(r"[^.!?;\n]+")

_SPELLINGS: Final = {
    spelling: word
    for word, spellings in {
        "you": "u ya",
        "your": "ur",
        "please": "pls plz plss pleas",
        "stop": "stopp stp stahp",
        "text": "txt tex",
        "texts": "txts",
        "texting": "txting txtin textin texing texxing txing",
        "message": "msg mesage",
        "messages": "msgs mesages",
        "messaging": "msging msgin messagin mesaging",
        "don't": "dont don",
        "isn't": "isnt",
        "won't": "wont",
        "can't": "cant cannot",
        "unsubscribe": "un-subscribe unsuscribe unsubcribe unsub unsubscibe",
        "lose": "loose",
        "any more": "anymore",
        "want to": "wanna",
        "quit": "quite",
    }.items()
    for spelling in spellings.split()
}

_THINGS: Final = (
    r"(?<!to )(?:(?:text|sms|automated) )?(?:texts|text|messages|message|sms|alerts|notifications"
    r"|reminders)\b(?! (?:from (?!you|your|here|the clinic)|i just))"
)
_DOING: Final = (
    r"(?:texting|messaging|contacting|spamming)\b"
    r"(?! (?:you|him|her|them|my (?!phone|cell|number)|while|and))"
)
_FILL: Final = (
    r"(?: (?:it|sending|getting|receiving|me|with|all|these|the|those|this|your|any|of|more|my"
    r"|from|such|automated|automatic|auto|text|subscription|to))*"
)
_LIST: Final = (
    r"(?:your|this|the|that|any) (?:(?:text|texting|contact|calling|call|phone|message"
    r"|messaging|mailing"
    r"|sms)s? )*(?:list|lists|system|contacts|database)"
)
_NUMBER: Final = (
    r"(?:me|us|my name|(?:my|this) (?:cell|phone)"
    r"|(?:my|this|the) (?:(?:phone|cell|mobile) )?number)"
)
_END: Final = (
    r"(?= (?:please|now|thanks|thank|again|any more|no more|ever|immediately|at all|i|because"
    r"|(?:on|by|at|via) (?:this|text|sms))|$)"
)

_WISHES: Final = (
    # stop texting me, no more messages, cancel my texts, turn off alerts
    (
        rf"(?:stop|quit|cease|discontinue|end|cancel|disable|block|pause|mute|enough|no more"
        rf"|(?:turn|shut|switch) off)"
        rf"{_FILL} (?:{_DOING}|{_THINGS}(?! (?:me|you|back|message to)\b))"
    ),
    r"(?:stop|quit) sending (?:me )?(?:these|this|stuff|things|anything|any more|them)",
    rf"no (?:texts|texting|more texts){_END}|^this is spam$",
    (
        rf"(?:{_THINGS}|texting me|spam|wrong number|said|replied|told you to|means)"
        rf"(?: \S+){{0,2}} stop"
        r"(?: them| already)?$"
    ),
    rf"make{_FILL} {_THINGS} stop",
    r"(?:if you |^)text me again(?: and| i| im)|if you text me again",
    r"(?:stop|quit) (?:bothering|bugging|harassing|annoying) me with",
    r"(?:quit|stop) blowing up my phone",
    rf"(?:do not|don't) bother texting(?: me)?{_END}|no need to text(?: me)?{_END}",
    (
        rf"(?:rather|prefer) (?:you )?not(?: to)? (?:(?:text|message|contact) {_NUMBER}{_END}"
        rf"|(?:get|receive|have){_FILL} {_THINGS})"
    ),
    r"(?:do not|don't|stop|quit) us(?:e|ing) (?:my|this) number",
    rf"(?:not allowed|may not|have no right) (?:to )?(?:text|message|contact) {_NUMBER}{_END}",
    r"(?:stop|quit|enough of|no more) (?:the |your |this )?spam",
    r"(?:cease|stop) (?:all )?(?:contact|communication)",
    r"(?:cease and desist|stop these$|stop those$)",
    rf"turn{_FILL} {_THINGS} off|how (?:do|can) i (?:turn|shut) (?:this|these) off",
    # don't text me
    (
        rf"(?:do not|don't|no longer|not to)(?: you)?(?: ever)? (?:text|message|contact|sms)"
        rf"(?: (?:{_NUMBER}|here|it))?{_END}"
    ),
    rf"(?<!you )(?<!they )never (?:text|message|contact|sms) {_NUMBER}{_END}",
    rf"(?:do not|don't|never) send(?: (?:me|us|any|a|more|these|your|out|this number))* {_THINGS}",
    # I don't want your texts
    (
        rf"(?:do not|don't|no longer|never) (?:want|wish|need|care)"
        rf"(?: (?:to|receive|receiving|get|getting"
        rf"|have|see|be|for))*{_FILL} (?:{_THINGS}(?! (?:me|you)\b)|texted|messaged"
        rf"|contacted(?: by (?:text|sms))?|hear from you by text)"
    ),
    r"(?:do not|don't|no longer) (?:want|wish)(?: to)? (?:receive|get) (?:these|them|this)",
    # lists and numbers
    rf"unsubscribe(?! from(?! {_LIST}|{_FILL} (?:{_THINGS}|these|this|your)))",
    (
        r"(?:opt(?:-| )?(?:me )?out|opting out)(?! fee)"
        rf"(?! of(?!{_FILL} (?:{_THINGS}|{_DOING}|these|everything)))"
    ),
    (
        rf"(?:take|get) {_NUMBER} off(?: of)? {_LIST}|(?:take|get) {_NUMBER} off{_END}"
        rf"|take {_NUMBER} off text"
    ),
    r"how (?:do|can) i get off (?:this|your|the) (?:text )?list",
    (
        rf"(?:remove|delete|scrub|erase) {_NUMBER}(?: from(?: {_LIST}|{_FILL} {_THINGS}))?"
        rf"(?! from)(?=$| (?:please|now|thanks|thank|from))"
    ),
    rf"^(?:please )?remove(?: please)?$|(?:want|let me) off (?:of )?{_LIST}",
    r"(?:someone|somebody) else has this number|this number belongs to (?:someone|somebody) else",
    r"lose my number",
    r"(?<!is this the )(?<!is this a )(?<!is it the )wrong number(?! (?:for|on|in|to))",
    (
        r"(?:have|got|texting|messaging|texted) the wrong (?:person|number)(?! (?:for|on|in|to))"
        r"|^wrong person"
    ),
    r"(?:this|it) (?:isn't|is not|is no longer) my (?:number|phone)",
    # permission
    (
        r"(?:revoke|revoking|withdraw|withdrawing|take back)"
        r" (?:all |any |my |the )*(?:consent|permission)"
        r"(?! (?:to|for) (?!(?:be |you to )?(?:text|messag|contact|receiv|sms|get)))"
    ),
    (
        r"(?:do not|don't|no longer) have (?:my |any )?(?:permission|consent)"
        r" to (?:text|message|contact)"
    ),
    (
        r"(?:did not|didn't|didnt|never) (?:sign|signed) up for (?:this|these) stop"
        rf"|(?:did not|didn't|didnt|never) (?:sign|signed) up for{_FILL} {_THINGS}"
    ),
    (
        rf"(?:do not|don't|did not|didn't|didnt|never) (?:consent|consented|agree|agreed|ask|asked)"
        rf" (?:to|for){_FILL} {_THINGS}"
    ),
    (
        r"(?:consent|permission)(?: to (?:text|contact|message)(?: me)?)?"
        r" (?:is )?(?:revoked|withdrawn)"
    ),
    # Spanish
    r"(?:deje|dejen|deja|pare|paren|para) de (?:mandar|enviar|escribir|textear|molestar)\w*",
    r"no mas (?:mensajes|textos)|desuscri[a-z]+",
    r"no me (?:envi|mand|escrib|text)[a-z]*(?: mas)?(?: mensajes| textos)?",
    r"no (?:quiero|deseo)(?: (?:recibir|mas|sus|estos|estas|tener))* (?:mensajes|textos)",
    r"(?:quite|quiten|borre|borren|elimine|eliminen|saque|saquen) (?:mi|este) numero",
    r"(?:quiteme|quitenme|saqueme|saquenme|borreme|borrenme) de (?:la|su|esta) lista",
    r"dar(?:me)? de baja|deme de baja",
)
_WISH: Final = re.compile("|".join(rf"(?<![\w'-])(?:{wish})(?![\w'-])" for wish in _WISHES))
#: Right before the words it is somebody else who texts or is texted, or it cannot be stopped.
_OTHERS: Final = re.compile(
    r"(?:\b(?:he|she|they|him|her|them|his|nobody|someone|somebody|people|it)\b(?: \S+){0,2}"
    r"|\bmy [a-z]+(?: (?:said|says|told|tells|wants|asked|keeps)(?: me| us)?(?: to)?)"
    r"|\b(?:can't|won't|couldn't|wouldn't|doesn't|didn't|never)"
    r"|\b(?:gave|dialed|called|entered)(?: \S+){0,2}"
    r"|\b(?:reply|text|send) stop(?: to)?|\byou get) ?$"
)
_TALK: Final = re.compile(
    r"\b(?:te?xt(?:s|ing|ed)?|messag(?:es?|ing)|msgs?|sms|reminders|alerts|list|mensajes|textos)\b"
)
_AGAINST: Final = re.compile(
    r"\b(?:stop|quit|end|cease|cancel|no|not|don'?t|never|off|out|remove|enough|mute|annoying"
    r"|tired|sick|spam|wrong|revoke|unsub\w*|permission|rather)\b"
)
_SPACED: Final = re.compile(r"(?:[a-z] )+[a-z]")


def find_wish(text: str) -> tuple[str, str] | None:
    """Returns the words of a wish to get no more texts and the rest of the text, or None.

    Args:
        text: the whole text, as it came.
    """
    clauses = [_spelled(plain_words(clause)) for clause in _CLAUSE.findall(text)]
    for index, clause in enumerate(clauses):
        for match in _wishes_in(clause):
            if not _OTHERS.search(clause[: match.start()]):
                others = clauses[:index] + clauses[index + 1 :]
                rest = [clause[: match.start()], clause[match.end() :], *others]
                return match.group(), " ".join(" ".join(rest).split())
    return None


def may_wish(text: str) -> bool:
    """Tells whether a text may be such a wish that no wording above finds.

    Not enough to take a patient's consent away; enough to say once how to opt out.
    """
    return any(
        _TALK.search(clause) is not None and _AGAINST.search(clause) is not None
        for clause in map(plain_words, _CLAUSE.findall(text))
    )


def plain_words(text: str) -> str:
    """Returns the words in lower case and plain spelling, with single spaces between."""
    straight = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    bare = "".join(c for c in unicodedata.normalize("NFKD", straight) if c.isascii())
    words = " ".join(_WORD.findall(bare))
    return words.replace(" ", "") if _SPACED.fullmatch(words) else words


def _spelled(clause: str) -> str:
    return " ".join(_SPELLINGS.get(word, word) for word in clause.split())


def _wishes_in(clause: str) -> Iterator[re.Match[str]]:
    if len(clause.split()) <= _LONGEST:
        yield from _WISH.finditer(clause)
