"""Rules on crisis wording: that it is there, first, and with the right numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knowledge.check.base import Base
from knowledge.check.finding import Fault, Rule
from knowledge.check.passage import Passage, plain_text

_FIRST: Final = 160
_ACTION: Final = re.compile(
    r"\b(?:call|text|llame|marque|env[ií]e)\b[^.]{0,40}?\b(?P<number>988|911|1-\d{3}-\d{3}-\d{4})\b"
    r"|\bhelp\b[^.]{0,40}?: (?P<line>1-\d{3}-\d{3}-\d{4})",
    re.IGNORECASE,
)
#: What has to stand first: of the safety categories in every reply, of the others in their T0 one.
_REQUIRED: Final = {
    "self_harm": {"reply": "988", "reply_t0": "911"},
    "medical_emergency": {"reply": "911", "reply_t0": "911"},
    "harm_to_others": {"reply": "911", "reply_t0": "911"},
    "abuse": {"reply": "911", "reply_t0": "911"},
}
_SUICIDE: Final = re.compile(r"suicid\w*|self-harm\w*|not wanting to live", re.IGNORECASE)
_AUTOMATED: Final = re.compile(r"\bautomat\w+", re.IGNORECASE)
_CANNOT_ASSESS: Final = re.compile(
    r"\b(?:cannot|can't|not)\b[^.]{0,60}\bassess|\bno puede[^.]{0,40}\bevaluar"
    r"|\bni puede evaluar", re.IGNORECASE
)  # fmt: skip
_TOLL_FREE: Final = re.compile(r"\b1-8\d{2}-[A-Z0-9]{3}-[A-Z0-9]{4}\b")
#: Help lines that may be printed: clinical brief, sections 2 (83), 3 and 4. Recheck every quarter.
_HELP_LINES: Final = {
    "1-800-222-1222": "Poison Help",
    "1-800-662-4357": "SAMHSA",
    "1-800-799-7233": "National Domestic Violence Hotline",
    "1-833-852-6262": "National Maternal Mental Health Hotline",
    "1-800-FDA-1088": "MedWatch",
    "1-800-332-1088": "MedWatch",
}


def _first(base: Base) -> Iterator[Fault]:
    for passage in base.replies:
        field = passage.field.split(".")[0]
        number = _REQUIRED.get(passage.owner, {"reply_t0": "911"}).get(field)
        if number is None:
            continue
        shown = passage.shown(base.facts)
        start = (shown if passage.channel == "sms" else plain_text(shown))[:_FIRST]
        if number not in {m for found in _ACTION.finditer(start) for m in found.groups() if m}:
            problem = f"the first {_FIRST} characters do not say to call {number}"
            yield passage.fault("", problem, f"begin with the call to {number}")


def _footer(base: Base) -> Iterator[Fault]:
    for faq in base.faqs:
        for passage in (faq.answer, faq.sms):
            found = _SUICIDE.search(passage.text)
            if found and faq.front.footer != "soft_crisis":
                words = found.group(0)
                problem = f"mentions {words!r} without the crisis footer"
                yield passage.fault(words, problem, "write `footer: soft_crisis`")
                break


def _automated(base: Base) -> Iterator[Fault]:
    for passage in base.replies:
        text = " ".join(plain_text(passage.text).split())
        if not _AUTOMATED.search(text):
            yield _missing(passage, "that it is automated")
        elif not _CANNOT_ASSESS.search(text):
            yield _missing(passage, "that it cannot assess the person")


def _missing(passage: Passage, what: str) -> Fault:
    return passage.fault("", f"does not say {what}", "say so; every automatic reply has to")


def _help_line(base: Base) -> Iterator[Fault]:
    for passage in base.passages:
        for found in _TOLL_FREE.finditer(passage.text):
            number = found.group(0)
            if passage.kind != "fact" and number not in _HELP_LINES:
                fix = "mend it, or add it to the help lines of the linter with its source"
                yield passage.fault(number, f"{number} is no help line that was checked", fix)


RULES: Final = (
    Rule("crisis-first", "error", f"Safety replies name the call and its number in their first "
         f"{_FIRST} characters, on screen and in texts", _first),
    Rule("crisis-footer", "error", "A FAQ that mentions suicide or self-harm has the crisis footer",
         _footer),
    Rule("reply-automated", "error", "Every red-line reply says that it is automated and cannot "
         "assess the person", _automated),
    Rule("help-line", "error", "Toll-free numbers are help lines that were checked", _help_line),
)  # fmt: skip
