"""What stands in for text messages until a provider is set up."""

from __future__ import annotations

from bot.conversation.errors import TextNotSentError


class NoTexts:
    """Implements `bot.conversation.ports.TextSender` by refusing.

    It refuses instead of pretending, so that the desk shows that nobody was reached.
    """

    def send(self, to: str, text: str, key: str) -> None:
        """Refuses every text."""
        del to, text, key
        raise TextNotSentError("no provider of text messages is set up")
