"""Sealing of what patients write and of their numbers: rows that are there are sealed now."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa
from alembic import context, op
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy.dialects.postgresql import JSONB

from bot.adapters.database.vault import LASTING, new_key, opened_key
from bot.sealing import LastingSealer, Sealer

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_JSON: Final = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_MESSAGES: Final = "messages"
_CONSENTS: Final = "sms_consents"
#: Columns of each table, with how they are sealed.
_SEALED: Final = {
    _MESSAGES: {"text": "text", "reply": "json", "decision": "json"},
    "contacts": {"value": "text", "best_time": "text"},
    "feedback": {"comment": "text"},
    "case_notes": {"text": "text"},
    "escalations": {"resolution": "text"},
    "faq_drafts": {"question": "text", "variants": "json", "answer": "text", "sms": "text"},
    "question_groups": {"example": "text", "others": "json"},
    "accounts": {"totp_secret": "secret"},
    "sms_inbound": {"text": "text", "person_number": "number"},
    "sms_outbound": {"body": "text", "person_number": "number"},
    "sms_threads": {"person_number": "number"},
    "sms_people": {"number": "number"},
    "sms_notices": {"number": "number"},
    _CONSENTS: {"words": "words", "person_number": "number"},
}
_KEYS: Final = {"sms_threads": "conversation_id", "sms_people": "number", "sms_notices": "ref"}
_BATCH: Final = 500
_Change = Callable[[str, str, Any], Any]


def upgrade() -> None:
    """Makes the key that stays, and seals every row."""
    op.add_column(_MESSAGES, sa.Column("route", sa.String(16), nullable=True))
    op.add_column(_MESSAGES, sa.Column("is_draft", sa.Boolean(), nullable=True))
    op.create_table(
        "sealing_keys",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    sealer = Sealer(_data_keys())
    stored = new_key(sealer)
    keys = sa.table("sealing_keys", sa.column("name"), sa.column("sealed"), sa.column("created_at"))
    row = {"name": LASTING, "sealed": stored, "created_at": sa.func.now()}
    op.execute(keys.insert().values(row))
    _copy_what_queries_need()
    _resize_numbers(64)
    _change_rows(_sealing(sealer, opened_key(sealer, stored)))


def downgrade() -> None:
    """Opens every row again."""
    sealer = Sealer(_data_keys())
    stored = op.get_bind().execute(sa.text("SELECT sealed FROM sealing_keys")).scalar_one()
    _change_rows(_opening(sealer, opened_key(sealer, stored)))
    _resize_numbers(20)
    op.execute("UPDATE messages SET category = NULL, tier = NULL WHERE author = 'visitor'")
    op.drop_table("sealing_keys")
    op.drop_column(_MESSAGES, "is_draft")
    op.drop_column(_MESSAGES, "route")


def _data_keys() -> tuple[str, ...]:
    keys: tuple[str, ...] = context.config.attributes["data_keys"]
    return keys


def _sealing(sealer: Sealer, lasting: LastingSealer) -> _Change:
    def seal(kind: str, place: str, value: Any) -> Any:
        if kind == "number":
            return lasting.seal_number(value)
        if kind == "words":
            return lasting.seal_words(value, place)
        if kind == "json":
            value = json.dumps(value, ensure_ascii=False)
        if kind == "secret":
            value = _fernet().decrypt(value).decode()
        return sealer.seal(value, place)

    return seal


def _opening(sealer: Sealer, lasting: LastingSealer) -> _Change:
    def unseal(kind: str, place: str, value: Any) -> Any:
        if kind == "number":
            return lasting.open_number(value)
        if kind == "words":
            return lasting.open_words(value, place)
        opened = sealer.open(value, place)
        if kind == "secret":
            return _fernet().encrypt(opened.encode()).decode()
        return json.loads(opened) if kind == "json" else opened

    return unseal


def _fernet() -> MultiFernet:
    """Returns what log-in apps' secrets were sealed with until now."""
    salt = b"faqbot data key"
    keys = (
        hashlib.scrypt(key.encode(), salt=salt, n=2**12, r=8, p=1, dklen=32) for key in _data_keys()
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def _change_rows(change: _Change) -> None:
    _guard_consents(on=False)
    for name, kinds in _SEALED.items():
        types = {column: _JSON if kind == "json" else None for column, kind in kinds.items()}
        types.setdefault(_KEYS.get(name, "id"), None)
        table = sa.table(name, *(sa.column(column, type_) for column, type_ in types.items()))
        key = table.c[_KEYS.get(name, "id")]
        found = op.get_bind().execute(sa.select(key)).scalars().all()
        for start in range(0, len(found), _BATCH):
            _change_batch(table, key, found[start : start + _BATCH], change)
    _guard_consents(on=True)


def _change_batch(table: sa.TableClause, key: Any, wanted: Any, change: _Change) -> None:
    kinds, bind = _SEALED[table.name], op.get_bind()
    found = sa.select(key.label("row_key"), *table.c).where(key.in_(wanted))
    for row in bind.execute(found).mappings().all():
        values = {
            column: change(kind, f"{table.name}.{column}", row[column])
            for column, kind in kinds.items()
            if row[column] is not None
        }
        if values:
            bind.execute(sa.update(table).where(key == row["row_key"]).values(values))


def _guard_consents(*, on: bool) -> None:
    """Lifts, or puts back, what keeps the record of consent append-only."""
    if op.get_bind().dialect.name != "sqlite":
        switch = "ENABLE" if on else "DISABLE"
        op.execute(f"ALTER TABLE {_CONSENTS} {switch} TRIGGER {_CONSENTS}_append_only")
        return
    for change in ("UPDATE", "DELETE"):
        trigger = f"{_CONSENTS}_no_{change.lower()}"
        if on:
            op.execute(
                f"CREATE TRIGGER {trigger} BEFORE {change} ON {_CONSENTS} "
                f"BEGIN SELECT RAISE(ABORT, '{_CONSENTS} is append-only'); END"
            )
        else:
            op.execute(f"DROP TRIGGER {trigger}")


def _copy_what_queries_need() -> None:
    bind = op.get_bind()
    columns = [sa.column("id"), sa.column("reply", _JSON), sa.column("decision", _JSON)]
    more: list[sa.ColumnClause[Any]] = [
        sa.column(name) for name in ("route", "category", "tier", "is_draft")
    ]
    table = sa.table(_MESSAGES, *columns, *more)
    for row in bind.execute(sa.select(*columns)).all():
        values = {}
        if row.reply is not None:
            values["is_draft"] = bool(row.reply.get("draft"))
        if row.decision is not None:
            values |= {name: row.decision.get(name) for name in ("route", "category", "tier")}
        if values:
            bind.execute(table.update().where(table.c.id == row.id).values(values))


def _resize_numbers(length: int) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return  # it holds nobody to a length
    for table, kinds in _SEALED.items():
        for column in (name for name, kind in kinds.items() if kind == "number"):
            op.alter_column(table, column, type_=sa.String(length))
