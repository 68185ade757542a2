"""Signing an answer: into the audit log first, then into the record that the service reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from bot.adapters.database import Database, chain
from bot.adapters.database.models import AuditRow
from bot.conversation.ports import Clock
from bot.desk.accounts import Account, Role
from knowledge.library.ledger import Decision, Entry
from knowledge.review import RefusedDecisionError, Reviewer, ReviewItem, Reviews, decide, prepare

_SUBJECT = "faq"


@dataclass(frozen=True, slots=True)
class Signing:
    """Where decisions are written."""

    reviews: Reviews
    database: Database
    clock: Clock
    zone: dt.tzinfo

    @property
    def today(self) -> dt.date:
        """The clinic's day."""
        return self.clock().astimezone(self.zone).date()

    def sign(
        self,
        account: Account,
        item: ReviewItem,
        decision: Decision,
        *,
        seen: str,
        until: dt.date | None = None,
        note: str = "",
    ) -> Entry:
        """Approves or rejects the words that a clinician was shown.

        Raises:
            RefusedDecisionError: if the account may not sign, or these words may not be signed.
            LedgerError: if the record of approvals is broken or cannot be written.
        """
        if account.role is not Role.CLINICIAN:
            raise RefusedDecisionError("only an account with the role clinician signs answers")
        entry = prepare(
            item,
            decision,
            Reviewer(account.name, account.email),
            seen=seen,
            until=until,
            note=note,
            now=self.clock(),
            today=self.today,
        )
        self._audit(account, entry)
        return decide(self.reviews, entry)

    def unaudited(self) -> tuple[Entry, ...]:
        """Returns the decisions in the record that the audit log does not know of."""
        with self.database.read() as session:
            rows = session.scalars(sa.select(AuditRow).where(AuditRow.subject_type == _SUBJECT))
            known = {(row.subject_id, row.action, *_bound(row.detail)) for row in rows}
        entries = (e for item in self.reviews.all() for e in item.ledger.entries)
        return tuple(
            e for e in entries if (e.faq, f"faq.{e.decision}", *_bound(_detail(e))) not in known
        )

    def _audit(self, account: Account, entry: Entry) -> None:
        # Before the record: what is not audited is never in force. Should the process die between
        # the two, the answer stays as it was and the clinician signs again.
        row = AuditRow(at=entry.at, actor_id=account.id, action=f"faq.{entry.decision}")
        row.subject_type, row.subject_id, row.detail = _SUBJECT, entry.faq, _detail(entry)
        with self.database.write() as session:
            chain.append(session, row)


def _detail(entry: Entry) -> dict[str, str | None]:
    return {
        "sha256": entry.sha256,
        "until": entry.until.isoformat() if entry.until else None,
        "signed_at": entry.at.isoformat(),
        "by": entry.account,
    }


def _bound(detail: dict[str, str | None]) -> tuple[str | None, ...]:
    return tuple(detail.get(key) for key in ("sha256", "until", "signed_at", "by"))
