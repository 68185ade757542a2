"""Links that work once: the first login, or a new password."""

from __future__ import annotations

import datetime as dt
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database import Database
from bot.adapters.database.models import AccountRow, OneTimeLinkRow
from bot.conversation.ports import Clock
from bot.conversation.service import utc_now
from bot.conversation.tokens import hash_token, new_token
from bot.desk import passwords
from bot.desk.accounts import (
    NO_KEY,
    Account,
    Accounts,
    Role,
    account_of,
    audit,
    checked_email,
    checked_name,
    refuse_taken_email,
)
from bot.desk.errors import LinkUnusableError
from bot.settings import Settings

LIFETIME: Final = dt.timedelta(hours=24)
#: Stands for the first administrator's address until they give it.
FIRST_ADMIN: Final = "admin@localhost"
_PURPOSE: Final = "set_password"


def create_first_login_link(settings: Settings) -> str:
    """Returns the address that lets the first administrator in.

    Creates their account when there is none. Once an administrator has a password it is the
    ordinary log-in page, so that starting the service hands out nothing that opens an account.

    Raises:
        StoreUnavailableError: if the database is down.
    """
    database = Database.of(settings)
    try:
        accounts = Accounts(database)
        admins = [a for a in accounts.all() if a.role is Role.ADMIN and a.is_active]
        if any(admin.has_password for admin in admins):
            return f"{settings.desk_url}/login"
        admin = admins[0] if admins else accounts.add(FIRST_ADMIN, "Administrator", Role.ADMIN)
        return link_address(settings, OneTimeLinks(database).create(admin))
    finally:
        database.close()


def link_address(settings: Settings, token: str) -> str:
    """Returns the absolute address of a one-time link."""
    return f"{settings.desk_url}/welcome/{token}"


class OneTimeLinks:
    """Makes, shows and redeems links. Only a token's hash is stored."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def create(self, account: Account) -> str:
        """Returns a new token; earlier links of the account stop working."""
        token, now = new_token(), self._clock()
        row = OneTimeLinkRow(
            account_id=account.id,
            token_hash=hash_token(token),
            purpose=_PURPOSE,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        with self._database.write() as session:
            _end_links(session, account.id, now)
            session.add(row)
            audit(session, "link.create", account.id, now)
        return token

    def account(self, token: str) -> Account:
        """Returns whose link it is, without using it up.

        Raises:
            LinkUnusableError: if it does not work.
        """
        with self._database.read() as session:
            return account_of(self._usable(session, token)[1])

    def redeem(self, token: str, *, email: str, name: str, password: str) -> Account:
        """Sets name and password and uses the link up; every session of the account ends.

        Args:
            token: the link's token.
            email: counts only for the first administrator, who has no address yet.
            name: as patients and colleagues see it.
            password: the new password.

        Raises:
            LinkUnusableError: if the link does not work.
            RefusedInputError: if a field cannot be accepted; the link still works.
        """
        account = self.account(token)
        name = checked_name(name)
        email = checked_email(email) if account.email == FIRST_ADMIN else account.email
        hashed = passwords.hash_password(passwords.checked_password(password, email=email))
        now = self._clock()
        with self._database.write() as session:
            _, row = self._usable(session, token, lock=True)
            refuse_taken_email(session, email, row.id)
            _end_links(session, row.id, now)
            row.email, row.name, row.password_hash = email, name, hashed
            row.session_version += 1
            audit(session, "password.set", row.id, now, actor_id=row.id)
            if row.totp_since is None:
                audit(session, "login", row.id, now, actor_id=row.id)
            return account_of(row)

    def _usable(
        self, session: Session, token: str, *, lock: bool = False
    ) -> tuple[OneTimeLinkRow, AccountRow]:
        wanted = sa.select(OneTimeLinkRow).where(
            OneTimeLinkRow.token_hash == hash_token(token),
            OneTimeLinkRow.purpose == _PURPOSE,
            OneTimeLinkRow.used_at.is_(None),
            OneTimeLinkRow.expires_at > self._clock(),
        )
        link = session.scalar(wanted.with_for_update() if lock else wanted)
        if link is None:
            raise LinkUnusableError
        account = session.get_one(
            AccountRow, link.account_id, with_for_update=NO_KEY if lock else None
        )
        if account.disabled_at is not None:
            raise LinkUnusableError
        return link, account


def _end_links(session: Session, account_id: int, now: dt.datetime) -> None:
    session.execute(
        sa.update(OneTimeLinkRow)
        .where(OneTimeLinkRow.account_id == account_id, OneTimeLinkRow.used_at.is_(None))
        .values(used_at=now)
    )
