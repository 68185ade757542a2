"""A second factor: codes from an app (RFC 6238), and recovery codes for a lost telephone."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
from typing import Final

import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database import Database
from bot.adapters.database.models import AccountRow, AuditRow, RecoveryCodeRow
from bot.conversation.ports import Clock
from bot.desk.accounts import NO_KEY, Account, account_of, audit
from bot.desk.authentication import MAX_TRIES, WINDOW

_STEP: Final = 30  # seconds
_CODES: Final = 10
_CODE: Final = re.compile(r"[0-9]{6}")
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"


class SecondFactor:
    """Sets the factor up, and checks it. Every step is audited."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def begin(self, account: Account) -> str:
        """Returns a new secret for the app; it counts once a first code was right."""
        secret = pyotp.random_base32()
        with self._database.write() as session:
            row = session.get_one(AccountRow, account.id, with_for_update=NO_KEY)
            if row.totp_since is not None:
                raise PermissionError("the account has a second factor already")
            row.totp_secret = secret
        return secret

    def pending(self, account: Account) -> str | None:
        """Returns the secret that waits for its first code."""
        with self._database.read() as session:
            row = session.get_one(AccountRow, account.id)
            is_pending = row.totp_secret is not None and row.totp_since is None
            return row.totp_secret if is_pending else None

    def confirm(self, account: Account, code: str) -> tuple[str, ...]:
        """Switches the factor on when the code is right; returns the recovery codes, else none."""
        now = self._clock()
        with self._database.write() as session:
            row = session.get_one(AccountRow, account.id, with_for_update=NO_KEY)
            if row.totp_since is not None or not self._fits(row, code, now):
                return ()
            row.totp_since = now
            codes = _new_codes(session, row.id, now)
            audit(session, "second_factor.on", row.id, now, actor_id=row.id)
            return codes

    def check(self, account_id: int, given: str) -> Account | None:
        """Returns the account when the code of the app, or a recovery code, is right.

        Each code works once. Wrong ones count towards the same lock-out as wrong passwords.
        """
        now = self._clock()
        with self._database.write() as session:
            row = session.get_one(AccountRow, account_id, with_for_update=NO_KEY)
            if row.disabled_at is not None or _is_locked_out(session, account_id, now):
                return None
            given = re.sub(r"[\s-]", "", given).lower()
            if self._fits(row, given, now):
                audit(session, "login", row.id, now, {"second_factor": "app"}, actor_id=row.id)
            elif _spend(session, row.id, given, now):
                detail = {"second_factor": "recovery code"}
                audit(session, "login", row.id, now, detail, actor_id=row.id)
            else:
                audit(session, "second_factor.wrong", row.id, now)
                return None
            return account_of(row)

    def switch_off(self, account: Account, by: Account | None) -> None:
        """Takes the factor away, such as when a telephone and the codes are lost."""
        now = self._clock()
        with self._database.write() as session:
            row = session.get_one(AccountRow, account.id, with_for_update=NO_KEY)
            row.totp_secret = row.totp_since = row.totp_step = None
            session.execute(
                sa.delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account.id)
            )
            actor = None if by is None else by.id
            audit(session, "second_factor.off", account.id, now, actor_id=actor)

    def _fits(self, row: AccountRow, code: str, now: dt.datetime) -> bool:
        if row.totp_secret is None or not _CODE.fullmatch(code):
            return False
        totp = pyotp.TOTP(row.totp_secret, interval=_STEP)
        present = int(now.timestamp()) // _STEP
        # The step before and after too: clocks differ, and people take their time.
        for step in (present - 1, present, present + 1):
            if hmac.compare_digest(totp.generate_otp(step), code):
                if row.totp_step is not None and step <= row.totp_step:
                    return False  # seen before: somebody looked over a shoulder
                row.totp_step = step
                return True
        return False


def address_for_app(account: Account, secret: str, clinic: str) -> str:
    """Returns the `otpauth:` address that the app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=f"{clinic} desk")


def _is_locked_out(session: Session, account_id: int, now: dt.datetime) -> bool:
    mine = (AuditRow.subject_type == "account", AuditRow.subject_id == str(account_id))
    since = sa.select(sa.func.coalesce(sa.func.max(AuditRow.id), 0)).where(
        *mine, AuditRow.action == "login"
    )
    wrong = session.scalars(
        sa.select(sa.func.count()).where(
            *mine,
            AuditRow.action == "second_factor.wrong",
            AuditRow.at > now - WINDOW,
            AuditRow.id > since.scalar_subquery(),
        )
    ).one()
    return wrong >= MAX_TRIES


def _new_codes(session: Session, account_id: int, now: dt.datetime) -> tuple[str, ...]:
    session.execute(sa.delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account_id))
    codes = tuple("".join(secrets.choice(_ALPHABET) for _ in range(16)) for _ in range(_CODES))
    for code in codes:
        row = RecoveryCodeRow(account_id=account_id, code_hash=_hash(code), created_at=now)
        session.add(row)
    return tuple("-".join(code[i : i + 4] for i in range(0, 16, 4)) for code in codes)


def _spend(session: Session, account_id: int, code: str, now: dt.datetime) -> bool:
    row = session.scalar(
        sa.select(RecoveryCodeRow)
        .where(
            RecoveryCodeRow.account_id == account_id,
            RecoveryCodeRow.code_hash == _hash(code),
            RecoveryCodeRow.used_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        return False
    row.used_at = now
    return True


def _hash(code: str) -> str:
    # 79 random bits: a plain hash is enough.
    return hashlib.sha256(code.encode()).hexdigest()
