"""Mailing a link that sets a new password.

The worker does it, so that how long the desk takes tells nobody which accounts exist.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from bot.adapters.database import Database
from bot.adapters.database.models import AccountRow, OneTimeLinkRow
from bot.conversation.ports import Clock
from bot.conversation.service import utc_now
from bot.desk.accounts import account_of
from bot.desk.links import LIFETIME, OneTimeLinks, link_address
from bot.settings import Settings

_LOG: Final = logging.getLogger(__name__)
#: At most so many mails to one account in an hour.
_MOST: Final = 3
_SUBJECT: Final = "Your link to the staff desk"

Mail = Callable[[str, str, str, str], None]


def mail_link(
    settings: Settings, database: Database, mail: Mail, account_id: int, clock: Clock = utc_now
) -> bool:
    """Mails a new one-time link to an account; tells whether it did.

    Raises:
        NotifierError: if the mail was not taken.
    """
    now = clock()
    with database.read() as session:
        row = session.get(AccountRow, account_id)
        made = session.scalars(
            sa.select(sa.func.count()).where(
                OneTimeLinkRow.account_id == account_id,
                OneTimeLinkRow.created_at > now - dt.timedelta(hours=1),
            )
        ).one()
        if row is None or row.disabled_at is not None or made >= _MOST:
            _LOG.warning("no link is mailed to account %s", account_id)
            return False
        account = account_of(row)
    token = OneTimeLinks(database, clock).create(account)
    hours = int(LIFETIME.total_seconds() // 3600)
    text = (
        f"Hello {account.name},\n\nopen this within {hours} hours to set your password; it works"
        f" once:\n\n{link_address(settings, token)}\n\nIf you did not ask for it, do nothing:"
        " your password stays as it is.\n"
    )
    mail(account.email, _SUBJECT, text, f"link-{token[:8]}-{account.id}")
    return True
