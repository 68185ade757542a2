"""What counts as a message that can be accepted."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.conversation.errors import InvalidInputError

_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def checked_text(text: str, max_chars: int, field: str = "text") -> str:
    """Returns the text unchanged when it can be stored and shown.

    Args:
        text: what the person wrote.
        max_chars: the longest accepted text, in code points.
        field: the field's name, for the error.

    Raises:
        InvalidInputError: if it is empty, too long, or holds characters that no text has.
    """
    if "\x00" in text:
        raise InvalidInputError("text-invalid", field, "Remove the null characters.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        fix = "Send valid Unicode text; it holds half of a character."
        raise InvalidInputError("text-invalid", field, fix) from error
    if len(text) > max_chars:
        fix = f"Send at most {max_chars:,} characters; you can split a long message."
        raise InvalidInputError("text-too-long", field, fix)
    if not any(_is_visible(character) for character in text):
        raise InvalidInputError("text-empty", field, "Write something first.")
    return text


def checked_client_message_id(client_message_id: str) -> str:
    """Returns the id unchanged when it is usable.

    Raises:
        InvalidInputError: if it is not 1 to 64 plain characters.
    """
    if not _CLIENT_ID.fullmatch(client_message_id):
        fix = "Send 1 to 64 letters, digits, dots, colons, dashes or underscores, such as a UUID."
        raise InvalidInputError("client-message-id-invalid", "client_message_id", fix)
    return client_message_id


def _is_visible(character: str) -> bool:
    # Separators, controls and zero-width characters alone are an empty message.
    return unicodedata.category(character)[0] not in "ZC"
