"""The red-line lexicon: wording that is recognised without any model.

Pure Python, so that it still runs in the web process when the index, the encoder or the whole
dialogue is down. Patterns live in `red_lines/lexicon/*.yml`, written for the folded form of a
message (`knowledge.text.Normaliser.fold`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from knowledge.decision import Category, Tier
from knowledge.errors import ContentError
from knowledge.library import KNOWLEDGE_DIR
from knowledge.library.files import read_yaml, validate
from knowledge.text import Normaliser, split_sentences

LEXICON_DIR: Final = KNOWLEDGE_DIR / "red_lines" / "lexicon"
_MACRO: Final = re.compile(r"<([a-z_]+)>")
_MACRO_FILE: Final = "macros.yml"

Pattern = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid")

    match: list[Pattern] = Field(min_length=1)
    unless: list[Pattern] = Field(default_factory=list)
    tier: Tier | None = None
    lang: str = "en"
    why: str


class _LexiconFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    category: Category
    tier: Tier
    rules: list[_Rule] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class LexiconHit:
    """A red line found by its wording.

    Attributes:
        category, tier: as the rule says.
        reason: a sentence for staff.
        language: of the rule.
        matched: the words of the folded message that matched.
    """

    category: Category
    tier: Tier
    reason: str
    language: str
    matched: str


@dataclass(frozen=True, slots=True)
class _Compiled:
    category: Category
    tier: Tier
    why: str
    language: str
    match: re.Pattern[str]
    unless: re.Pattern[str] | None


class Lexicon:
    """Compiled red-line rules, most severe first."""

    def __init__(self, rules: Sequence[_Compiled], normaliser: Normaliser) -> None:
        self._rules = sorted(rules, key=lambda rule: rule.tier)
        self._normaliser = normaliser

    @classmethod
    def load(cls, folder: Path = LEXICON_DIR, normaliser: Normaliser | None = None) -> Lexicon:
        """Loads and compiles every rule below `folder`.

        Raises:
            ContentError: for a malformed file, an unknown macro or a bad pattern.
        """
        macros: dict[str, str] = read_yaml(folder / _MACRO_FILE)
        rules = [
            compiled
            for path in sorted(folder.glob("*.yml"))
            if path.name != _MACRO_FILE
            for compiled in _compile_file(path, macros)
        ]
        return cls(rules, normaliser or Normaliser.default())

    def scan(self, text: str) -> LexiconHit | None:
        """Returns the most severe red line that the wording of a message shows, if any.

        Every sentence is read by itself too, so that a harmless question before a cry for help
        does not excuse it.
        """
        expanded = self._normaliser.expand(text)
        readings = dict.fromkeys((expanded, *split_sentences(expanded)))
        hits = [self.scan_folded(self._normaliser.fold_expanded(part)) for part in readings]
        return min((hit for hit in hits if hit), key=lambda hit: hit.tier, default=None)

    def scan_folded(self, folded: str) -> LexiconHit | None:
        """Returns the most severe red line of one folded text, read as a whole."""
        for rule in self._rules:
            found = rule.match.search(folded)
            if found and not (rule.unless and rule.unless.search(folded)):
                return LexiconHit(rule.category, rule.tier, rule.why, rule.language, found.group(0))
        return None


def _compile_file(path: Path, macros: Mapping[str, str]) -> list[_Compiled]:
    file = validate(_LexiconFile, read_yaml(path), path)
    return [
        _Compiled(
            category=file.category,
            tier=rule.tier or file.tier,
            why=rule.why,
            language=rule.lang,
            match=_compile(rule.match, macros, path),
            unless=_compile(rule.unless, macros, path) if rule.unless else None,
        )
        for rule in file.rules
    ]


def _compile(patterns: Sequence[str], macros: Mapping[str, str], path: Path) -> re.Pattern[str]:
    def macro(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in macros:
            raise ContentError(
                path, "rules", f"unknown macro <{name}>", f"define it in {_MACRO_FILE}"
            )
        return f"(?:{_MACRO.sub(macro, macros[name])})"

    expanded = [_MACRO.sub(macro, pattern) for pattern in patterns]
    for pattern, source in zip(expanded, patterns, strict=True):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ContentError(
                path, f"rules: {source!r}", str(error), "mend the pattern"
            ) from error
    return re.compile("|".join(_bounded(pattern) for pattern in expanded))


def _bounded(pattern: str) -> str:
    # Chinese, Japanese and Korean put no spaces between words, so word boundaries would hide them.
    return pattern if not pattern.isascii() else rf"\b(?:{pattern})(?!\w)"
