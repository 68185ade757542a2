"""Rules on what has to be said together (clinical brief, section 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knowledge.check.base import Base, FaqFile
from knowledge.check.finding import Fault, Rule
from knowledge.check.passage import sentences


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


_OFF_LABEL_USE: Final = _pattern(
    r"(?<!es)\bketamine\b[^.]*\b(?:help\w*|eas(?:e|es|ed)|improv\w*|respon\w*|remission|better|relie\w+"
    r"|fewer|used for|works?)\b[^.]*\b(?:depress\w*|PTSD|anxiety|OCD|bipolar|pain|CRPS|migraine"
    r"|fibromyalgia|suicid\w*|mood|alcohol)\b"
)  # fmt: skip
_STATUS: Final = _pattern(
    r"off-label|not (?:been )?(?:FDA[- ])?approved|(?:FDA|it) has not approved|no FDA approval"
    r"|FDA-approved only|approved only|not have FDA approval"
)
_SUICIDAL_BENEFIT: Final = _pattern(
    r"\b(?:eas(?:e|es|ed)|help\w*|less(?:en\w*)?|reduc\w*|improv\w*|lower\w*|fewer|free of"
    r"|respond\w*)\b"
    r"[^.]*\b(?:suicid\w+|these thoughts)\b"
    r"|\bsuicid\w+ (?:thoughts?|thinking|ideation)[^.]*\b(?:eas|less|improv|respond|fewer|free)\w*"
)  # fmt: skip
_NOT_PREVENTING: Final = _pattern(
    r"\bnot (?:been )?(?:shown|proven|known) to (?:prevent|stop) suicide"
)
_SEDATION: Final = _pattern(r"\b(?:sedat\w+|sleep(?:y|iness)|drows\w+)\b")
_DRIVING: Final = _pattern(r"\b(?:driv\w+|ride)\b")
_ELEKT: Final = _pattern(r"ELEKT-D|\[@ELEKT\][^\n]*")
_KETECT: Final = _pattern(r"KetECT")
_ECT: Final = _pattern(r"\bECT\b|electroconvulsive")
_BLADDER: Final = _pattern(r"\b(?:bladder|urin\w+|pee)\b")
_SURVEY: Final = _pattern(r"\d ?%|\[@BJU12\]")
_RECREATIONAL: Final = _pattern(
    r"recreational|non-?medical|outside (?:of )?(?:a clinic|medic\w+)|party"
)


def _off_label_status(base: Base) -> Iterator[Fault]:
    for passage in base.answers:
        found = _OFF_LABEL_USE.search(passage.text)
        if found and not _STATUS.search(passage.text):
            problem = "speaks of ketamine for a condition without its status"
            yield passage.fault(found.group(0), problem, "say that this use is off-label")


def _suicidal_benefit(base: Base) -> Iterator[Fault]:
    for faq in base.faqs:
        for passage in (faq.answer, faq.sms):
            found = next((s for s in sentences(passage.text) if _benefits(s)), None)
            if found is None:
                continue
            if not _NOT_PREVENTING.search(" ".join(passage.text.split())):
                problem = "a benefit on suicidal thoughts stands alone"
                yield passage.fault(found, problem, "add 'it is not shown to prevent suicide'")
            if faq.front.footer != "soft_crisis":
                yield _no_footer(faq)


def _benefits(sentence: str) -> bool:
    return bool(_SUICIDAL_BENEFIT.search(sentence)) and not _NOT_PREVENTING.search(sentence)


def _no_footer(faq: FaqFile) -> Fault:
    problem = "is not soft_crisis, though a benefit on suicidal thoughts is named"
    return faq.fault(("footer",), problem, "write `footer: soft_crisis`")


def _sedation_driving(base: Base) -> Iterator[Fault]:
    for faq in base.faqs:
        found = _SEDATION.search(faq.body)
        if found and not _DRIVING.search(faq.body):
            words = found.group(0)
            problem = f"names sedation ({words!r}) without the driving rule"
            fix = "add: no driving until the next day, after restful sleep, and at least 24 hours"
            yield faq.answer.fault(words, problem, fix)


def _ect_trials(base: Base) -> Iterator[Fault]:
    for passage in base.answers:
        text = passage.text
        elekt = "ELEKT-D" in text or ("[@ELEKT]" in text and _ECT.search(text) is not None)
        ketect = _KETECT.search(text) is not None
        if elekt != ketect:
            present, missing = ("ELEKT-D", "KetECT") if elekt else ("KetECT", "ELEKT-D")
            words = present if present in text else "[@ELEKT]"
            problem = f"gives {present} without {missing}, which found the opposite"
            yield passage.fault(words, problem, "give both trials")


def _bladder_population(base: Base) -> Iterator[Fault]:
    for passage in base.answers:
        for sentence in sentences(passage.text):
            figures = _BLADDER.search(sentence) and _SURVEY.search(sentence)
            if figures and not _RECREATIONAL.search(sentence):
                problem = "survey figures on the bladder without their population"
                yield passage.fault(sentence, problem, "say that these were recreational users")


RULES: Final = (
    Rule("off-label-status", "error", "A text that speaks of ketamine for a condition says that "
         "the use is off-label or not FDA-approved", _off_label_status),
    Rule("suicidal-benefit", "error", "A benefit on suicidal thoughts comes with 'not shown to "
         "prevent suicide' and the crisis footer", _suicidal_benefit),
    Rule("sedation-driving", "error", "An answer that names sedation gives the driving rule",
         _sedation_driving),
    Rule("ect-trials", "error", "ELEKT-D and KetECT are given together", _ect_trials),
    Rule("bladder-population", "error", "Survey figures on the bladder name their population, "
         "recreational users", _bladder_population),
)  # fmt: skip
