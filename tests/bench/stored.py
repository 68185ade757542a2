"""What became of the messages in the databases, and chats and desk beside a million of them."""

from __future__ import annotations

import sqlalchemy as sa

from bot.adapters.database import Database
from bot.adapters.database.models import MessageRow
from bot.conversation.model import Author


def count_lost(database: Database) -> dict[str, int]:
    """Returns counts over every accepted message of a visitor.

    `unanswered` have no outcome, `silent` were replied to without a reply, `failed` got the
    holding text because the dialogue failed, `twice` have two replies of one kind. (Small talk amid
    "did you mean" is answered and the choices are shown again: two replies, of two kinds.)
    """
    reply = sa.orm.aliased(MessageRow)
    given = (reply.in_reply_to == MessageRow.id, reply.kind != "notice")
    replies = sa.select(sa.func.count(reply.id)).where(*given).scalar_subquery()
    kinds = sa.select(sa.func.count(reply.kind.distinct())).where(*given).scalar_subquery()
    visitor = MessageRow.author == Author.VISITOR.value
    wanted = {
        "accepted": visitor,
        "unanswered": visitor & MessageRow.outcome.is_(None),
        "silent": visitor & (MessageRow.outcome == "replied") & (replies == 0),
        "failed": visitor & MessageRow.outcome.in_(("failed", "recovered")),
        "twice": visitor & (replies > kinds),
    }
    with database.read() as session:
        return {
            name: int(session.scalar(sa.select(sa.func.count()).where(condition)) or 0)
            for name, condition in wanted.items()
        }
