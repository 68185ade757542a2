"""Staff accounts: adding, finding, disabling. Every step is audited."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database import Database, chain
from bot.adapters.database.models import AccountRow, AuditRow
from bot.conversation.model import Staff
from bot.conversation.ports import Clock
from bot.conversation.service import utc_now
from bot.desk.errors import AccountNotFoundError, LastAdminError, RefusedInputError

#: A row lock that lets others refer to the row meanwhile: they may hold the audit log's end.
NO_KEY: Final = {"key_share": True}
_EMAIL: Final = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}")
_LONGEST_NAME: Final = 80


class Role(StrEnum):
    """What an account may do; each role may do what the ones before it may."""

    STAFF = "staff"
    CLINICIAN = "clinician"
    ADMIN = "admin"

    def covers(self, needed: Role) -> bool:
        """Tells whether this role may do what `needed` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)

    def covers_name(self, needed: str) -> bool:
        """Tells the same of a role's name, for templates."""
        return self.covers(Role(needed))


@dataclass(frozen=True, slots=True)
class Account:
    """An account as pages see it; has what flask-login asks of a user."""

    id: int
    email: str
    name: str
    role: Role
    session_version: int
    has_password: bool
    is_active: bool
    has_second_factor: bool = False
    is_authenticated: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Returns what a session keeps; another `session_version` ends the session."""
        return f"{self.id}:{self.session_version}"

    @property
    def staff(self) -> Staff:
        """The account as the conversation core knows it."""
        return Staff(self.id, self.name)


class Accounts:
    """Keeps staff accounts."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def all(self) -> tuple[Account, ...]:
        """Returns every account, by e-mail address."""
        with self._database.read() as session:
            rows = session.scalars(sa.select(AccountRow).order_by(AccountRow.email))
            return tuple(account_of(row) for row in rows)

    def active(self) -> tuple[Account, ...]:
        """Returns who can log in, by name."""
        found = [a for a in self.all() if a.is_active and a.has_password]
        return tuple(sorted(found, key=lambda account: account.name.casefold()))

    def by_email(self, email: str) -> Account:
        """Returns an account.

        Raises:
            AccountNotFoundError: if there is none with this address.
        """
        with self._database.read() as session:
            row = session.scalar(sa.select(AccountRow).where(AccountRow.email == email.lower()))
            if row is None:
                raise AccountNotFoundError(email)
            return account_of(row)

    def of_session(self, session_id: str) -> Account | None:
        """Returns the account of a session, or None when the session has ended."""
        account_id, _, version = session_id.partition(":")
        if not account_id.isdecimal():
            return None
        with self._database.read() as session:
            row = session.get(AccountRow, int(account_id))
            if row is None or row.disabled_at is not None or str(row.session_version) != version:
                return None
            return account_of(row)

    def add(self, email: str, name: str, role: Role) -> Account:
        """Creates an account without a password; a one-time link sets it.

        Raises:
            RefusedInputError: if a field cannot be accepted or the address is taken.
        """
        row = AccountRow(
            email=checked_email(email),
            name=checked_name(name),
            role=role.value,
            session_version=1,
            created_at=self._clock(),
        )
        with self._database.write() as session:
            refuse_taken_email(session, row.email)
            session.add(row)
            session.flush()
            audit(session, "account.add", row.id, self._clock(), {"role": role.value})
            return account_of(row)

    def disable(self, email: str) -> Account:
        """Ends an account and every session of it.

        Raises:
            AccountNotFoundError: if there is none with this address.
            LastAdminError: if nobody would be left to run the desk.
        """
        account = self.by_email(email)
        now = self._clock()
        with self._database.write() as session:
            row = session.get_one(AccountRow, account.id, with_for_update=NO_KEY)
            _refuse_last_admin(session, row)
            if row.disabled_at is None:
                row.disabled_at = now
                row.session_version += 1
                audit(session, "account.disable", row.id, now)
            return account_of(row)

    def set_role(self, email: str, role: Role, by: Account | None = None) -> Account:
        """Gives an account another role; its sessions end, so that the new one counts.

        Raises:
            AccountNotFoundError: if there is none with this address.
            LastAdminError: if nobody would be left to run the desk.
        """
        account, now = self.by_email(email), self._clock()
        with self._database.write() as session:
            row = session.get_one(AccountRow, account.id, with_for_update=NO_KEY)
            if role is not Role.ADMIN:
                _refuse_last_admin(session, row)
            row.role = role.value
            row.session_version += 1
            actor = None if by is None else by.id
            audit(session, "account.role", row.id, now, {"role": role.value}, actor_id=actor)
            return account_of(row)

    def note_login(self, account: Account, how: str) -> None:
        """Audits a log-in that another system vouched for."""
        # As with a password: only the whole log-in forgets wrong codes of the second factor.
        done = "login.provider" if account.has_second_factor else "login"
        with self._database.write() as session:
            audit(session, done, account.id, self._clock(), {"how": how}, actor_id=account.id)

    def end_sessions(self, email: str, by: Account | None = None) -> Account:
        """Ends every session of an account.

        Raises:
            AccountNotFoundError: if there is none with this address.
        """
        account, now = self.by_email(email), self._clock()
        with self._database.write() as session:
            row = session.get_one(AccountRow, account.id, with_for_update=NO_KEY)
            row.session_version += 1
            audit(session, "sessions.end", row.id, now, actor_id=None if by is None else by.id)
            return account_of(row)


def _refuse_last_admin(session: Session, row: AccountRow) -> None:
    others = sa.select(AccountRow.id).where(
        AccountRow.role == Role.ADMIN.value,
        AccountRow.disabled_at.is_(None),
        AccountRow.id != row.id,
    )
    if row.role == Role.ADMIN.value and session.scalar(others.limit(1)) is None:
        raise LastAdminError(row.email)


def account_of(row: AccountRow) -> Account:
    """Returns the account of a row."""
    return Account(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        session_version=row.session_version,
        has_password=row.password_hash is not None,
        is_active=row.disabled_at is None,
        has_second_factor=row.totp_since is not None,
    )


def checked_email(email: str) -> str:
    """Returns the address in lower case.

    Raises:
        RefusedInputError: if it is not an address.
    """
    if not _EMAIL.fullmatch(email.strip()):
        raise RefusedInputError("email", "Give an e-mail address, such as name@clinic.example.")
    return email.strip().lower()


def checked_name(name: str) -> str:
    """Returns the name with single spaces.

    Raises:
        RefusedInputError: if it is empty, too long or cannot be shown.
    """
    tidy = " ".join(name.split())
    if not tidy.isprintable() or not 1 <= len(tidy) <= _LONGEST_NAME:
        raise RefusedInputError("name", f"Give a name of 1 to {_LONGEST_NAME} characters.")
    return tidy


def refuse_taken_email(session: Session, email: str, owner: int | None = None) -> None:
    """Makes sure that no other account has the address.

    Raises:
        RefusedInputError: if one has.
    """
    found = session.scalar(sa.select(AccountRow.id).where(AccountRow.email == email))
    if found not in (None, owner):
        raise RefusedInputError("email", "There is an account with this address already.")


def audit(
    session: Session,
    action: str,
    account_id: int,
    at: dt.datetime,
    detail: Mapping[str, Any] | None = None,
    *,
    actor_id: int | None = None,
) -> None:
    """Appends what happened to an account to the audit log; no actor is the command line."""
    row = AuditRow(
        at=at, actor_id=actor_id, action=action, subject_type="account", subject_id=str(account_id)
    )
    row.detail = dict(detail or {})
    chain.append(session, row)
