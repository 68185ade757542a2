"""Texting: consent, what comes in by SMS, and what becomes of a text that goes out.

`TextInbox` handles a text that came in, `TextOutbox` sends what conversations have recorded;
`ports` says what both need from adapters. Nothing here knows a provider.
"""

from bot.conversation.texting.inbox import InboxLimits, TextInbox
from bot.conversation.texting.outbox import OutboxLimits, TextOutbox

__all__ = ["InboxLimits", "OutboxLimits", "TextInbox", "TextOutbox"]
