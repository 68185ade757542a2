"""First schema: conversations, escalations, people, signs of life."""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT: Final = sa.DateTime(timezone=True)
_ID: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON: Final = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

#: Logs that are only ever added to.
_APPEND_ONLY: Final = ("escalation_events", "audit_log")
_TABLES: Final = (
    "feedback",
    "contacts",
    "escalation_events",
    "escalations",
    "messages",
    "conversations",
    "one_time_links",
    "audit_log",
    "accounts",
    "heartbeats",
)


def upgrade() -> None:
    """Creates every table and the triggers that keep logs append-only."""
    _people()
    _conversations()
    _messages()
    _left_by_visitors()
    _escalations()
    _escalation_events()
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
    )
    for table in _APPEND_ONLY:
        _refuse_changes(table)


def downgrade() -> None:
    """Drops everything."""
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION faqbot_append_only()")


def _reference(name: str, target: str, type_: Any, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_, sa.ForeignKey(target), nullable=nullable)


def _words(column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("disabled_at", _MOMENT),
        _words("role", "staff", "clinician", "admin"),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "one_time_links",
        sa.Column("id", _ID, primary_key=True),
        _reference("account_id", "accounts.id", _ID),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(None, "one_time_links", ["account_id"])
    op.create_table(
        "audit_log",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        _reference("actor_id", "accounts.id", _ID, nullable=True),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject_type", sa.String(32), nullable=False),
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("detail", _JSON, nullable=False),
    )
    op.create_index(None, "audit_log", ["at"])
    op.create_index("ix_audit_log_subject", "audit_log", ["subject_type", "subject_id"])


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("token_hash", sa.String(64)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        _reference("holder_id", "accounts.id", _ID, nullable=True),
        sa.Column("holder_name", sa.String(200)),
        sa.Column("held_at", _MOMENT),
        sa.Column("locked_at", _MOMENT),
        sa.Column("notice_at", _MOMENT),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("last_message_at", _MOMENT, nullable=False),
        _words("channel", "web", "sms"),
    )
    op.create_index(None, "conversations", ["holder_id"])
    op.create_index(None, "conversations", ["last_message_at"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.String(36), primary_key=True),
        _reference("conversation_id", "conversations.id", sa.String(36)),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(20)),
        sa.Column("category", sa.String(32)),
        sa.Column("tier", sa.String(2)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("client_message_id", sa.String(64)),
        _reference("in_reply_to", "messages.id", sa.String(36), nullable=True),
        sa.Column("outcome", sa.String(16)),
        sa.Column("reply", _JSON),
        sa.Column("decision", _JSON),
        _reference("staff_id", "accounts.id", _ID, nullable=True),
        sa.Column("staff_name", sa.String(200)),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("conversation_id", "seq"),
        sa.UniqueConstraint("conversation_id", "author", "client_message_id"),
        _words("author", "visitor", "bot", "staff"),
        _words("outcome", "replied", "held", "attached", "failed", "recovered"),
    )
    op.create_index(None, "messages", ["in_reply_to"])
    unanswered = sa.text("author = 'visitor' AND outcome IS NULL")
    op.create_index(
        "ix_messages_unanswered",
        "messages",
        ["created_at"],
        sqlite_where=unanswered,
        postgresql_where=unanswered,
    )


def _left_by_visitors() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", _ID, primary_key=True),
        _reference("conversation_id", "conversations.id", sa.String(36)),
        sa.Column("method", sa.String(16)),
        sa.Column("value", sa.Text()),
        sa.Column("best_time", sa.Text()),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_index(None, "contacts", ["conversation_id"])
    op.create_table(
        "feedback",
        sa.Column("id", _ID, primary_key=True),
        _reference("conversation_id", "conversations.id", sa.String(36)),
        _reference("message_id", "messages.id", sa.String(36), nullable=True),
        sa.Column("rating", sa.String(4), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("message_id"),
        _words("rating", "up", "down"),
    )
    op.create_index(None, "feedback", ["conversation_id"])


def _escalations() -> None:
    op.create_table(
        "escalations",
        sa.Column("id", _ID, primary_key=True),
        _reference("conversation_id", "conversations.id", sa.String(36)),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("tier", sa.String(2), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        _reference("claimed_by_id", "accounts.id", _ID, nullable=True),
        sa.Column("claimed_by_name", sa.String(200)),
        sa.Column("resolved_at", _MOMENT),
        sa.Column("resolution", sa.Text()),
        _words("status", "open", "claimed", "waiting", "resolved"),
        _words("tier", "T0", "T1", "T2", "T3"),
    )
    op.create_index(None, "escalations", ["conversation_id"])
    op.create_index("ix_escalations_inbox", "escalations", ["status", "tier", "opened_at"])
    unresolved = sa.text("status <> 'resolved'")
    op.create_index(
        "uq_escalations_unresolved",
        "escalations",
        ["conversation_id"],
        unique=True,
        sqlite_where=unresolved,
        postgresql_where=unresolved,
    )


def _escalation_events() -> None:
    op.create_table(
        "escalation_events",
        sa.Column("id", _ID, primary_key=True),
        _reference("escalation_id", "escalations.id", _ID),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("category", sa.String(32)),
        sa.Column("tier", sa.String(2)),
        sa.Column("reason", sa.Text()),
        sa.Column("message_id", sa.String(36)),
        _reference("staff_id", "accounts.id", _ID, nullable=True),
        sa.Column("staff_name", sa.String(200)),
    )
    op.create_index(None, "escalation_events", ["escalation_id"])


def _refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION faqbot_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION faqbot_append_only()"
    )
