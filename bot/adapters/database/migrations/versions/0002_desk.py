"""The staff desk: clocks and paging, notes, hash chains, second factors, what cases teach."""

import datetime as dt
import hashlib
import json
from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT: Final = sa.DateTime(timezone=True)
_ID: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CHAINS: Final = ("audit_log", "escalation_events")
_JSON: Final = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_NEW_TABLES: Final = (
    "notifications",
    "case_notes",
    "chain_heads",
    "recovery_codes",
    "presence",
    "faq_drafts",
    "question_groups",
)
_ACCOUNT_COLUMNS: Final = ("totp_secret", "totp_since", "totp_step")
_CASE_COLUMNS: Final = (
    "waiting_since answered_at page_round page_from next_page_at"
    " acknowledged_by_id acknowledged_by_name acknowledged_at"
).split()


def upgrade() -> None:
    """Adds what the desk needs, and chains the logs that exist."""
    _cases()
    _notifications()
    _notes()
    _chains()
    _second_factors()
    _presence()
    _learning()


def downgrade() -> None:
    """Takes it away again."""
    for table in _NEW_TABLES:
        op.drop_table(table)
    for table in _CHAINS:
        _allow_changes(table)
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(f"uq_{table}_number", type_="unique")
            for column in ("number", "previous_hash", "hash"):
                changed.drop_column(column)
        _refuse_changes(table)
    op.drop_index("ix_escalations_unresolved", "escalations")
    op.drop_index("ix_escalations_resolved", "escalations")
    op.drop_index("ix_escalations_next_page_at", "escalations")
    for column in _CASE_COLUMNS:
        op.drop_column("escalations", column)
    for column in _ACCOUNT_COLUMNS:
        op.drop_column("accounts", column)


def _cases() -> None:
    # One by one: other tables refer to this one, so that SQLite must not copy and drop it.
    for column in ("waiting_since", "answered_at", "page_from", "next_page_at"):
        op.add_column("escalations", sa.Column(column, _MOMENT))
    round_ = sa.Column("page_round", sa.Integer(), nullable=False, server_default="1")
    op.add_column("escalations", round_)
    op.add_column("escalations", sa.Column("acknowledged_by_id", _ID))
    op.add_column("escalations", sa.Column("acknowledged_by_name", sa.String(200)))
    op.add_column("escalations", sa.Column("acknowledged_at", _MOMENT))
    op.create_index("ix_escalations_next_page_at", "escalations", ["next_page_at"])
    op.create_index("ix_escalations_resolved", "escalations", ["status", "resolved_at"])
    unresolved = sa.text("status <> 'resolved'")
    op.create_index(
        "ix_escalations_unresolved",
        "escalations",
        ["tier", "opened_at", "id"],
        sqlite_where=unresolved,
        postgresql_where=unresolved,
    )
    # Who waited before the clocks existed waits from the opening on, and is paged at once.
    op.execute(
        "UPDATE escalations SET waiting_since = opened_at, page_from = opened_at,"
        " next_page_at = opened_at WHERE status IN ('open', 'claimed')"
    )


def _notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("escalation_id", _ID, sa.ForeignKey("escalations.id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("planned_at", _MOMENT, nullable=False),
        sa.Column("next_try_at", _MOMENT),
        sa.Column("finished_at", _MOMENT),
        sa.Column("problem", sa.String(200)),
        sa.UniqueConstraint("escalation_id", "round", "step", "target"),
        sa.CheckConstraint(
            "status IN ('planned', 'sending', 'sent', 'failed', 'dropped')", name="status"
        ),
    )
    op.create_index("ix_notifications_due", "notifications", ["status", "next_try_at"])


def _notes() -> None:
    op.create_table(
        "case_notes",
        sa.Column("id", _ID, primary_key=True),
        sa.Column(
            "conversation_id", sa.String(36), sa.ForeignKey("conversations.id"), nullable=False
        ),
        sa.Column("staff_id", _ID, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("staff_name", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_index(None, "case_notes", ["conversation_id"])


def _second_factors() -> None:
    op.add_column("accounts", sa.Column("totp_secret", sa.String(255)))
    op.add_column("accounts", sa.Column("totp_since", _MOMENT))
    op.add_column("accounts", sa.Column("totp_step", _ID))
    op.create_table(
        "recovery_codes",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("account_id", _ID, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT),
    )
    op.create_index(None, "recovery_codes", ["account_id"])


def _presence() -> None:
    op.create_table(
        "presence",
        sa.Column(
            "conversation_id", sa.String(36), sa.ForeignKey("conversations.id"), primary_key=True
        ),
        sa.Column(
            "account_id",
            _ID,
            sa.ForeignKey("accounts.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("typing_at", _MOMENT),
    )


def _learning() -> None:
    op.create_table(
        "faq_drafts",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("topic", sa.String(80), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("variants", _JSON, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("sms", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("author_id", _ID, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("author_name", sa.String(200), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", _MOMENT),
        sa.CheckConstraint("status IN ('queued', 'taken', 'refused')", name="status"),
    )
    op.create_table(
        "question_groups",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("example", sa.Text(), nullable=False),
        sa.Column("others", _JSON, nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("disliked", sa.Integer(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
    )


def _chains() -> None:
    heads = op.create_table(
        "chain_heads",
        sa.Column("chain", sa.String(32), primary_key=True),
        sa.Column("number", _ID, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    for table in _CHAINS:
        _allow_changes(table)
        op.add_column(table, sa.Column("number", _ID))
        op.add_column(table, sa.Column("previous_hash", sa.String(64)))
        op.add_column(table, sa.Column("hash", sa.String(64)))
        number, last = _chain(table)
        with op.batch_alter_table(table) as changed:
            changed.alter_column("number", existing_type=_ID, nullable=False)
            for column in ("previous_hash", "hash"):
                changed.alter_column(column, existing_type=sa.String(64), nullable=False)
            changed.create_unique_constraint(f"uq_{table}_number", ["number"])
        _refuse_changes(table)
        op.bulk_insert(heads, [{"chain": table, "number": number, "hash": last}])


def _chain(table: str) -> tuple[int, str]:
    """Numbers and hashes the rows that exist, as `chain.append` does with new ones."""
    connection = op.get_bind()
    known = sa.Table(table, sa.MetaData(), autoload_with=connection)
    last, number = "0" * 64, 0
    own = ("id", "number", "previous_hash", "hash")
    for row in connection.execute(sa.select(known).order_by(known.c.id)).mappings().all():
        number += 1
        fields = {key: value for key, value in row.items() if key not in own}
        text = json.dumps([last, number, fields], sort_keys=True, default=_plain)
        found = hashlib.sha256(text.encode()).hexdigest()
        values = {"number": number, "previous_hash": last, "hash": found}
        connection.execute(known.update().where(known.c.id == row["id"]).values(**values))
        last = found
    return number, last


def _plain(value: Any) -> str:
    if not isinstance(value, dt.datetime):
        raise TypeError(type(value).__name__)
    moment = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
    return moment.isoformat(timespec="microseconds")


def _allow_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{change}")
    else:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")


def _refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION faqbot_append_only()"
    )
