"""Website visitors: tokens of further devices, verified visitors, consents."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT: Final = sa.DateTime(timezone=True)
_HASH: Final = sa.String(64)


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "web_tokens",
        sa.Column("token_hash", _HASH, primary_key=True),
        _conversation(),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "web_verified_visitors",
        sa.Column("visitor_key", _HASH, primary_key=True),
        _conversation(),
        sa.Column("updated_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "web_consents",
        _conversation(primary_key=True),
        sa.Column("notice_sha256", _HASH, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    for table in ("web_tokens", "web_verified_visitors"):
        op.create_index(f"ix_{table}_conversation_id", table, ["conversation_id"])


def downgrade() -> None:
    """Drops what `upgrade` created."""
    for table in ("web_consents", "web_verified_visitors", "web_tokens"):
        op.drop_table(table)


def _conversation(*, primary_key: bool = False) -> sa.Column[str]:
    reference = sa.ForeignKey("conversations.id")
    return sa.Column(
        "conversation_id", sa.String(36), reference, primary_key=primary_key, nullable=False
    )
