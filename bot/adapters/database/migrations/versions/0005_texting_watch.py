"""Texting: urgent texts first, what a number has texted lately, and texts that are overdue."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_UNTOLD: Final = "told_at IS NULL AND state IN ('queued', 'sending', 'uncertain', 'sent')"


def upgrade() -> None:
    """Adds the columns and the indexes that are looked into for them."""
    op.add_column(
        "sms_inbound",
        sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_sms_inbound_person", "sms_inbound", ["person_number", "received_at"])
    op.add_column("sms_outbound", sa.Column("told_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_sms_outbound_untold",
        "sms_outbound",
        ["created_at"],
        sqlite_where=sa.text(_UNTOLD),
        postgresql_where=sa.text(_UNTOLD),
    )


def downgrade() -> None:
    """Drops what `upgrade` added."""
    op.drop_index("ix_sms_outbound_untold", "sms_outbound")
    op.drop_column("sms_outbound", "told_at")
    op.drop_index("ix_sms_inbound_person", "sms_inbound")
    op.drop_column("sms_inbound", "urgent")
