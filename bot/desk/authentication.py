"""Logging in with a password, and the lock-out after repeated failures."""

from __future__ import annotations

import datetime as dt
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database import Database
from bot.adapters.database.models import AccountRow, AuditRow
from bot.conversation.ports import Clock
from bot.desk import passwords
from bot.desk.accounts import Account, account_of, audit, checked_email
from bot.desk.errors import RefusedInputError

#: At most so many tries in `WINDOW`, counted from the last login that worked.
MAX_TRIES: Final = 5
WINDOW: Final = dt.timedelta(minutes=15)


def authenticate(database: Database, clock: Clock, email: str, password: str) -> Account | None:
    """Returns the account when address and password are right and it is not locked out.

    The try is counted before the password is looked at, so that many tries at once are still
    counted one by one. Right or wrong, known or unknown: it takes as long.
    """
    row = _begin_try(database, clock(), email)
    known = None if row is None else row.password_hash
    if not passwords.matches(password, known) or row is None or known is None:
        return None
    with database.write() as session:
        current = session.get_one(AccountRow, row.id)
        # Disabled, or given another password, while the password was checked.
        if current.disabled_at is not None or current.password_hash != known:
            return None
        if passwords.is_outdated(known):
            current.password_hash = passwords.hash_password(password)
        # The login that forgets wrong tries is the whole one, second factor included.
        done = "login" if current.totp_since is None else "login.password"
        audit(session, done, current.id, clock(), actor_id=current.id)
        return account_of(current)


def confirms_password(database: Database, account_id: int, password: str) -> bool:
    """Tells whether this is the account's password, for a step that asks for it again."""
    with database.read() as session:
        known = session.get_one(AccountRow, account_id).password_hash
    return passwords.matches(password, known)


def _begin_try(database: Database, now: dt.datetime, email: str) -> AccountRow | None:
    try:
        email = checked_email(email)
    except RefusedInputError:
        return None
    with database.write() as session:
        row = session.scalar(
            sa.select(AccountRow).where(AccountRow.email == email).with_for_update(key_share=True)
        )
        if row is None or row.disabled_at is not None or row.password_hash is None:
            return None
        if _tries(session, row.id, now - WINDOW) >= MAX_TRIES:
            return None
        audit(session, "login.try", row.id, now)
        session.flush()
        session.expunge(row)
        return row


def _tries(session: Session, account_id: int, since: dt.datetime) -> int:
    mine = (AuditRow.subject_type == "account", AuditRow.subject_id == str(account_id))
    last_login = sa.select(sa.func.coalesce(sa.func.max(AuditRow.id), 0)).where(
        *mine, AuditRow.action == "login"
    )
    return session.scalars(
        sa.select(sa.func.count()).where(
            *mine,
            AuditRow.action == "login.try",
            AuditRow.at > since,
            AuditRow.id > last_login.scalar_subquery(),
        )
    ).one()
