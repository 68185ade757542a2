"""Clinic facts: `{{NAME}}` in a text is filled from `clinic.yml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from knowledge.library.models import Wording

_PLACEHOLDER: Final = re.compile(r"\{\{\s*([A-Z][A-Z0-9_]*)\s*\}\}")
_CITATION: Final = re.compile(r"\s*\[@[^\]\s]+\]")


def placeholder_names(text: str) -> frozenset[str]:
    """Returns the names of the clinic facts that a text needs."""
    return frozenset(_PLACEHOLDER.findall(text))


def unset_facts(text: str, facts: Mapping[str, Wording]) -> tuple[str, ...]:
    """Returns the facts that a text needs and the clinic has not set, sorted."""
    return tuple(sorted(n for n in placeholder_names(text) if not facts.get(n)))


def fill(text: str, facts: Mapping[str, Wording], *, sms: bool = False) -> str:
    """Returns the text with every clinic fact filled in.

    Raises:
        KeyError: if a fact is not set; ask `unset_facts` first.
    """

    def value(match: re.Match[str]) -> str:
        wording = facts[match.group(1)]
        return wording.sms if sms else wording.web

    return _PLACEHOLDER.sub(value, text)


def citations(text: str) -> tuple[str, ...]:
    """Returns the source keys cited as ``[@KEY]``, in order of appearance, once each."""
    return tuple(dict.fromkeys(re.findall(r"\[@([^\]\s]+)\]", text)))


def without_citations(text: str) -> str:
    """Returns the text as a patient sees it: citation marks removed."""
    return _CITATION.sub("", text).strip()
