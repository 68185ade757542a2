"""What a visitor's words say about how, where and when to reach them."""

from __future__ import annotations

import re
from typing import Final, Literal

Method = Literal["phone", "text", "email"]

_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(
    r"\+?\(?\d[\d\s().+/-]{5,}\d(?:\s*(?:x|ext\.?)\s*\d{1,6})?", re.IGNORECASE
)
_FEWEST_DIGITS: Final = 7
_MOST_DIGITS: Final = 20
_THIS_NUMBER: Final = re.compile(r"\b(this|same|my)\s+(number|phone|cell|one)\b", re.IGNORECASE)

_METHOD_WORDS: Final[dict[Method, re.Pattern[str]]] = {
    "email": re.compile(r"\be-?\s?mails?\b", re.IGNORECASE),
    "text": re.compile(r"\b(texts?|texting|sms|text messages?|message)\b", re.IGNORECASE),
    "phone": re.compile(r"\b(phone|call|calls|calling|telephone|ring|voice)\b", re.IGNORECASE),
}
_NUMBERED: Final[tuple[Method, ...]] = ("phone", "text", "email")
_LONGEST_METHOD: Final = 6

_SKIP: Final = re.compile(
    r"\W*(skip|skip (it|this|that)|pass|next|no answer|none)\W*", re.IGNORECASE
)
_STOP: Final = re.compile(
    r"\W*(no+|nope|nah|no,? thanks?( you)?|stop|cancel|never ?mind|forget it|not now|quit|exit)\W*",
    re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"\b(mornings?|noon|afternoons?|evenings?|nights?|midday|lunch(time)?|today|tonight|tomorrow"
    r"|(mon|tues?|wed(nes)?|thu(rs)?|fri|satur|sat|sun)(day)?s?|week(day|end)?s?|any ?time|whenever"
    r"|after|before|between|until|asap|now|later|o'?clock|hours?|\d{1,2}(:\d\d)?\s?[ap]\.?m?\.?"
    r"|\d{1,2}:\d\d|\d{1,2}\s?(-|to)\s?\d{1,2})(?=\W|$)",
    re.IGNORECASE,
)
_QUESTION: Final = re.compile(
    r"\s*(what|when|where|who|why|how|which|is|are|am|do|does|did|can|could|will|would|should|may"
    r"|has|have)\b",
    re.IGNORECASE,
)


def reach(text: str) -> tuple[Method | None, str] | None:
    """Returns the e-mail address or number in the text, with the method if it is certain."""
    email = _EMAIL.search(text)
    if email:
        return "email", email.group().rstrip(".")
    phone = _PHONE.search(text)
    if phone:
        digits = sum(character.isdigit() for character in phone.group())
        if _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
            return None, phone.group().strip()
    return None


def is_this_number(text: str) -> bool:
    """Returns whether the text means the number it was sent from."""
    return _THIS_NUMBER.search(text) is not None


def method(text: str) -> Method | None:
    """Returns the way to be reached that a short answer names; 1, 2 and 3 are the buttons."""
    words = text.split()
    if len(words) == 1 and words[0].strip(".)") in ("1", "2", "3"):
        return _NUMBERED[int(words[0].strip(".)")) - 1]
    if len(words) > _LONGEST_METHOD:
        return None
    return next((name for name, pattern in _METHOD_WORDS.items() if pattern.search(text)), None)


def is_skip(text: str) -> bool:
    """Returns whether the text passes over one question."""
    return _SKIP.fullmatch(text) is not None


def is_stop(text: str) -> bool:
    """Returns whether the text declines to leave any details."""
    return _STOP.fullmatch(text) is not None


def names_time(text: str) -> bool:
    """Returns whether the text names a time of day, a day or the like."""
    return _TIME.search(text) is not None


def is_question(text: str) -> bool:
    """Returns whether the text has the shape of a question."""
    return text.rstrip().endswith("?") or _QUESTION.match(text) is not None
