"""Texting: threads, people, consents, texts in and out, status reports, refused requests."""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT: Final = sa.DateTime(timezone=True)
_ID: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NUMBER: Final = sa.String(20)
_GATEWAY: Final = sa.String(32)
_PROVIDER_ID: Final = sa.String(128)
_CONSENTS: Final = "sms_consents"
_TABLES: Final = (
    "sms_notices",
    "sms_security_events",
    "sms_statuses",
    "sms_outbound",
    "sms_inbound",
    _CONSENTS,
    "sms_people",
    "sms_threads",
)


def upgrade() -> None:
    """Creates the tables, and the triggers that keep the record of consent append-only."""
    _threads_and_people()
    _consents()
    _inbound()
    _outbound()
    _statuses()
    op.create_table(
        "sms_notices",
        sa.Column("ref", sa.String(32), primary_key=True),
        _column("gateway", _GATEWAY),
        _column("number", _NUMBER),
        _column("state", sa.String(12)),
        _column("provider_id", _PROVIDER_ID, nullable=True),
        _column("at", _MOMENT),
    )
    op.create_table(
        "sms_security_events",
        sa.Column("minute", _MOMENT, primary_key=True),
        sa.Column("gateway", _GATEWAY, primary_key=True),
        sa.Column("route", sa.String(8), primary_key=True),
        sa.Column("kind", sa.String(24), primary_key=True),
        sa.Column("times", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Drops what `upgrade` created."""
    for table in _TABLES:
        op.drop_table(table)


def _column(name: str, type_: Any, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=nullable)


def _reference(name: str, target: str, type_: Any, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_, sa.ForeignKey(target), nullable=nullable)


def _words(column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _threads_and_people() -> None:
    op.create_table(
        "sms_threads",
        sa.Column(
            "conversation_id", sa.String(36), sa.ForeignKey("conversations.id"), primary_key=True
        ),
        _column("gateway", _GATEWAY),
        _column("clinic_number", _NUMBER),
        _column("person_number", _NUMBER),
        _column("created_at", _MOMENT),
    )
    op.create_index("ix_sms_threads_pair", "sms_threads", ["person_number", "clinic_number"])
    op.create_table(
        "sms_people",
        sa.Column("number", _NUMBER, primary_key=True),
        _column("opted_out_at", _MOMENT, nullable=True),
        _column("opted_out_by", sa.String(64), nullable=True),
        _column("noticed_at", _MOMENT, nullable=True),
        _column("last_text_at", _MOMENT, nullable=True),
    )


def _consents() -> None:
    op.create_table(
        _CONSENTS,
        sa.Column("id", _ID, primary_key=True),
        _column("person_number", _NUMBER),
        _column("clinic_number", _NUMBER),
        _column("gateway", _GATEWAY),
        _column("kind", sa.String(8)),
        _column("how", sa.String(16)),
        _column("words", sa.Text()),
        _column("at", _MOMENT),
        _words("kind", "opt_in", "opt_out"),
        _words("how", "first_text", "keyword", "free_text", "provider", "refusal"),
    )
    op.create_index(None, _CONSENTS, ["person_number"])
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {_CONSENTS}_no_{change.lower()} BEFORE {change} ON {_CONSENTS} "
                f"BEGIN SELECT RAISE(ABORT, '{_CONSENTS} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {_CONSENTS}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON {_CONSENTS} FOR EACH STATEMENT EXECUTE FUNCTION faqbot_append_only()"
    )


def _inbound() -> None:
    op.create_table(
        "sms_inbound",
        sa.Column("id", _ID, primary_key=True),
        _column("gateway", _GATEWAY),
        _column("provider_id", _PROVIDER_ID),
        _column("clinic_number", _NUMBER),
        _column("person_number", _NUMBER),
        _column("text", sa.Text()),
        _column("media", sa.Integer()),
        _column("keyword", sa.String(8), nullable=True),
        _column("part_of", sa.String(64), nullable=True),
        _column("part", sa.Integer()),
        _column("parts", sa.Integer()),
        _column("state", sa.String(8)),
        _column("attempts", sa.Integer()),
        _column("received_at", _MOMENT),
        _column("ready_at", _MOMENT),
        _column("claimed_until", _MOMENT, nullable=True),
        _reference("conversation_id", "conversations.id", sa.String(36), nullable=True),
        sa.UniqueConstraint("gateway", "provider_id"),
        _words("state", "new", "done", "joined", "failed"),
    )
    _partial_index("ix_sms_inbound_new", "sms_inbound", ["person_number", "id"], "state = 'new'")


def _outbound() -> None:
    op.create_table(
        "sms_outbound",
        sa.Column("id", _ID, primary_key=True),
        _column("ref", sa.String(32)),
        _reference("message_id", "messages.id", sa.String(36)),
        _column("part", sa.Integer()),
        _reference("conversation_id", "conversations.id", sa.String(36)),
        _column("gateway", _GATEWAY),
        _column("clinic_number", _NUMBER),
        _column("person_number", _NUMBER),
        _column("body", sa.Text()),
        *(_column(name, sa.Boolean()) for name in ("urgent", "exempt", "may_wait", "deferred")),
        _column("state", sa.String(12)),
        _column("error", sa.String(64), nullable=True),
        _column("attempts", sa.Integer()),
        _column("look_ups", sa.Integer()),
        _column("provider_id", _PROVIDER_ID, nullable=True),
        _column("created_at", _MOMENT),
        _column("next_at", _MOMENT),
        _column("attempted_at", _MOMENT, nullable=True),
        _column("claimed_until", _MOMENT, nullable=True),
        _column("updated_at", _MOMENT),
        sa.UniqueConstraint("ref"),
        sa.UniqueConstraint("message_id", "part"),
        sa.UniqueConstraint("gateway", "provider_id"),
        _words("state", "queued", "sending", "uncertain", "sent", "delivered", "undelivered",
               "failed", "blocked"),
    )  # fmt: skip
    op.create_index("ix_sms_outbound_conversation", "sms_outbound", ["conversation_id"])
    op.create_index("ix_sms_outbound_attempted", "sms_outbound", ["gateway", "attempted_at"])
    due = "state IN ('queued', 'sending', 'uncertain')"
    _partial_index("ix_sms_outbound_due", "sms_outbound", ["person_number", "id"], due)


def _statuses() -> None:
    op.create_table(
        "sms_statuses",
        sa.Column("id", _ID, primary_key=True),
        _column("gateway", _GATEWAY),
        _column("provider_id", _PROVIDER_ID),
        _reference("outbound_id", "sms_outbound.id", _ID),
        _column("state", sa.String(12)),
        _column("error", sa.String(64), nullable=True),
        _column("at", _MOMENT),
        _column("applied_at", _MOMENT, nullable=True),
        sa.UniqueConstraint("gateway", "provider_id", "state"),
    )
    op.create_index(None, "sms_statuses", ["outbound_id"])
    _partial_index("ix_sms_statuses_new", "sms_statuses", ["id"], "applied_at IS NULL")
