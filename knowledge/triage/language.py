"""Is this English? Only English is answered; another language goes to staff."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from lingua import IsoCode639_1, Language, LanguageDetector, LanguageDetectorBuilder

# The languages most spoken at home in the United States that are written in Latin letters; the
# others show by their script. Fewer languages cost less memory and confuse short texts less.
_LANGUAGES: Final = (
    Language.ENGLISH,
    Language.SPANISH,
    Language.PORTUGUESE,
    Language.FRENCH,
    Language.GERMAN,
    Language.ITALIAN,
    Language.POLISH,
    Language.VIETNAMESE,
    Language.TAGALOG,
)
_SCRIPTS: Final = (
    ("CYRILLIC", "ru"),
    ("CJK", "zh"),
    ("HIRAGANA", "ja"),
    ("KATAKANA", "ja"),
    ("HANGUL", "ko"),
    ("ARABIC", "ar"),
    ("HEBREW", "he"),
    ("DEVANAGARI", "hi"),
    ("THAI", "th"),
    ("GREEK", "el"),
    ("ARMENIAN", "hy"),
    ("ETHIOPIC", "am"),
)
_WORD: Final = re.compile(r"[^\W\d_]+")
# Chosen on the calibration set and the authored examples in other languages, while English words
# were still counted before spelling was undone; not measured again since.
_ENGLISH_SHARE: Final = 0.05
_KNOWN_SHARE: Final = 0.4
_ONE_WORD_SHARE: Final = 0.6


class LanguageGuard:
    """Tells the language of a message, assuming English unless there is evidence against it."""

    def __init__(self, english_words: Iterable[str]) -> None:
        self._english = frozenset(english_words)
        # Loaded here, not with the first foreign message: that one may be a crisis.
        self._detector = _build_detector()

    def language(self, text: str, expanded: str) -> str:
        """Returns the ISO 639-1 code; ``en`` for anything too short or too odd to tell.

        Args:
            text: the cleaned message.
            expanded: the same with spelling undone, in which English words are counted.
        """
        words = _WORD.findall(expanded)
        if not words:
            return "en"
        script = _foreign_script(text)
        if script is not None:
            return script
        if self._known_share(words) >= _KNOWN_SHARE:
            return "en"
        return self._detect(text)

    def _known_share(self, words: list[str]) -> float:
        return sum(word in self._english for word in words) / len(words)

    def _detect(self, text: str) -> str:
        values = self._detector.compute_language_confidence_values(text)
        english = next(v.value for v in values if v.language == Language.ENGLISH)
        best = values[0]
        if english >= _ENGLISH_SHARE or best.language == Language.ENGLISH:
            return "en"
        # One unknown word ("spravatoo", a name) is not a language.
        if len(_WORD.findall(text)) == 1 and best.value < _ONE_WORD_SHARE:
            return "en"
        code: IsoCode639_1 = best.language.iso_code_639_1
        return code.name.lower()


def _foreign_script(text: str) -> str | None:
    """Returns the language of the script that most letters belong to, unless it is Latin."""
    letters = [c for c in text if c.isalpha()]
    foreign = [c for c in letters if not unicodedata.name(c, "").startswith("LATIN")]
    if len(foreign) * 2 <= len(letters):
        return None
    name = unicodedata.name(foreign[0], "")
    kana = any(unicodedata.name(c, "").startswith(("HIRAGANA", "KATAKANA")) for c in foreign)
    if kana:
        return "ja"
    return next((code for script, code in _SCRIPTS if name.startswith(script)), "und")


def _build_detector() -> LanguageDetector:
    # Low accuracy mode: trigrams only. The question is "English or not", which it answers as well
    # on the authored messages, with 18 MB instead of 230 MB and loading in 40 ms.
    builder = LanguageDetectorBuilder.from_languages(*_LANGUAGES).with_low_accuracy_mode()
    return builder.with_preloaded_language_models().build()
