"""Rules on words: what no text may say, unless it denies it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from knowledge.check.base import Base
from knowledge.check.finding import Fault, Rule
from knowledge.check.passage import Passage, sentences
from knowledge.library.files import read_yaml, validate
from knowledge.library.placeholders import without_citations

# A negation, and the words that may stand between it and what it denies. A comma, "but" or any
# other word ends its reach, so that "do not worry, it is a cure" is found.
_NOT: Final = (
    r"(?:no|not|never|neither|nor|none|nobody|cannot|can't|isn't|aren't|doesn't|don't|didn't"
    r"|hasn't|without|rather than|instead of)"
    r"(?: (?:a|an|the|any|been|be|is|are|as|that|it|to|of|yet|fully|shown|proven|known|meant|found"
    r"|seen|say|said|tell|this|whether|means?|considered|called|treatment|medicine|drug|ketamine"
    r"|spravato|always|every|one|or|\w+ or|promise|help|start,?|change|will|can|would))*"
)


class _Phrase(BaseModel):
    model_config = ConfigDict(extra="forbid")

    match: str
    unless: tuple[str, ...]
    say: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that is not to be said, the forms in which it may stand, and what to say."""

    match: re.Pattern[str]
    unless: tuple[re.Pattern[str], ...]
    say: str

    def search(self, sentence: str) -> str | None:
        """Returns the words found in the sentence that no allowed form covers."""
        for found in self.match.finditer(sentence):
            allowed = (m.span() for form in self.unless for m in form.finditer(sentence))
            if not any(a <= found.start() and found.end() <= b for a, b in allowed):
                return found.group(0)
        return None


@lru_cache(maxsize=8)
def load_phrases(name: str) -> tuple[Phrase, ...]:
    """Returns the phrases of a file of this folder.

    Raises:
        ContentError: if the file is malformed.
    """
    path = Path(__file__).with_name(name)
    records = [validate(_Phrase, raw, path, str(i)) for i, raw in enumerate(read_yaml(path))]
    return tuple(
        Phrase(_compile(r.match), tuple(_compile(form) for form in r.unless), r.say)
        for r in records
    )


def _compile(pattern: str) -> re.Pattern[str]:
    spread = pattern.replace("<not>", _NOT)
    return re.compile(rf"(?<!\w)(?:{spread})(?!\w)", re.IGNORECASE)


def _phrases_rule(name: str) -> Callable[[Base], Iterator[Fault]]:
    def find(base: Base) -> Iterator[Fault]:
        # A question states nothing ("Does ketamine fix a chemical imbalance?").
        for passage in (p for p in base.passages if p.field != "question"):
            for sentence in _bare_sentences(passage):
                for phrase in load_phrases(name):
                    words = phrase.search(sentence)
                    if words:
                        yield passage.fault(words, f"says {words!r}", f"say {phrase.say}")

    return find


def _bare_sentences(passage: Passage) -> Iterable[str]:
    if passage.channel == "sms":
        return sentences(" ".join(passage.text.split()))
    return (s.replace("**", "").lstrip("- ") for s in sentences(without_citations(passage.text)))


_NUMBER: Final = (
    r"(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|half an?|a|per)(?: (?:or|to) \w+)?"
)
_DOSE_UNIT: Final = re.compile(
    r"(?<![\w-])(?:(?:\d+(?:[.,]\d+)? ?)?(?:mg|mcg|milligrams?|micrograms?|ml|millilit\w+)(?:/\w+)?"
    r"|\d+(?:[.,]\d+)? ?(?:g|cc|grams?|units?|iu)"
    rf"|{_NUMBER} (?:drops?|sprays?|puffs?|troches?|lozenges?|tablets?|pills?|vials?|doses?)"
    r")(?!\w)",
    re.IGNORECASE,
)  # fmt: skip
# "a lozenge or a nasal spray" is a form, "a spray every hour" an amount.
_FORM: Final = re.compile(r"^a (?:sprays?|lozenge|troche|pill|tablet|dose)$", re.IGNORECASE)
_CURRENCY: Final = re.compile(
    r"[$\u20ac\u00a3] ?\d[\d,.]*|(?<!\w)\d[\d,.]* ?(?:dollars?|USD|bucks|cents)(?!\w)",
    re.IGNORECASE,
)


def _dose_unit(base: Base) -> Iterator[Fault]:
    for passage in base.passages:
        for found in _DOSE_UNIT.finditer(" ".join(passage.text.split())):
            words = found.group(0)
            if not _FORM.match(words):
                yield passage.fault(words, f"names an amount ({words!r})", "leave amounts out")


def _currency(base: Base) -> Iterator[Fault]:
    for passage in base.passages:
        # Prices stand in clinic.yml and nowhere else.
        found = None if passage.kind == "fact" else _CURRENCY.search(passage.text)
        if found:
            words = found.group(0)
            yield passage.fault(words, f"a price ({words!r})", "use {{PRICE_LIST}} of clinic.yml")


def _emoji(base: Base) -> Iterator[Fault]:
    for passage in base.passages:
        found = next((c for c in passage.text if unicodedata.category(c) == "So"), None)
        if found:
            yield passage.fault(found, f"holds the symbol {found!r}", "delete it")


RULES: Final = (
    Rule("banned-phrase", "error", "No text promises or praises (banned.yml), unless it denies "
         "it: 'there is no guarantee'", _phrases_rule("banned.yml")),
    Rule("approval-error", "error", "No text misstates what the FDA approved "
         "(approval_errors.yml)", _phrases_rule("approval_errors.yml")),
    Rule("directive", "error", "No text tells a person what to take, stop or skip, or that they "
         "qualify or are fine (directives.yml)", _phrases_rule("directives.yml")),
    Rule("crisis-language", "error", "Suicide is spoken of without blame, drama or a dead number "
         "(crisis_language.yml)", _phrases_rule("crisis_language.yml")),
    Rule("dose-unit", "error", "No text names an amount of a medicine", _dose_unit),
    Rule("currency", "error", "Prices stand in clinic.yml only", _currency),
    Rule("emoji", "error", "No text holds an emoji or another pictogram", _emoji),
)  # fmt: skip
