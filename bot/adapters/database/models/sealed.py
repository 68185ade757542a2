"""Types of columns that hold nothing readable without the data keys (see ADR 0019).

A statement cannot look into them: to search or sort by a sealed column fails where it is written,
instead of finding nothing when it runs. Numbers may be compared for being equal.
"""

from __future__ import annotations

import json
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import operators

#: SQLAlchemy itself asks whether columns are equal.
_ALLOWED: Final = {operators.is_, operators.is_not, operators.eq, operators.ne}
_LISTED: Final = {operators.in_op, operators.not_in_op}


class _Sealed(sa.types.TypeDecorator[Any]):
    """A column of one place, such as `messages.text`.

    SQLAlchemy wants `cache_ok` of every class of its own.
    """

    impl: Any = sa.Text
    cache_ok = True

    class Comparator(sa.types.TypeDecorator.Comparator[Any]):
        """Refuses what would silently find nothing."""

        allowed = _ALLOWED

        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            """Refuses to look into what is sealed."""
            if op not in self.allowed:
                raise TypeError(f"a sealed column cannot be compared with {op.__name__}")
            return super().operate(op, *other, **kwargs)

    comparator_factory: Any = Comparator

    def __init__(self, place: str) -> None:
        """Names the place, to which what is sealed is bound."""
        super().__init__()
        self.place = place


class SealedText(_Sealed):
    """A text, sealed with the newest data key."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Returns what is stored."""
        return None if value is None else dialect.vault.sealer.seal(value, self.place)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """Returns the text."""
        return None if value is None else dialect.vault.sealer.open(value, self.place)


class SealedSecret(SealedText):
    """A sealed text of at most 255 characters, as log-in apps' secrets are."""

    impl = sa.String(255)
    cache_ok = True


class SealedJson(_Sealed):
    """A JSON value, stored as a JSON text that is sealed."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        """Returns the type of the column."""
        kind = JSONB if dialect.name == "postgresql" else sa.JSON
        return dialect.type_descriptor(kind(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        """Returns what is stored."""
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return str(dialect.vault.sealer.seal(text, self.place))

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        """Returns the value."""
        return None if value is None else json.loads(dialect.vault.sealer.open(value, self.place))


class LastingWords(_Sealed):
    """A text of an append-only record: sealed with the key that stays."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Returns what is stored."""
        return None if value is None else dialect.vault.lasting.seal_words(value, self.place)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """Returns the text."""
        return None if value is None else dialect.vault.lasting.open_words(value, self.place)


class SealedNumber(_Sealed):
    """A phone number, sealed alike each time, so that it can be looked up and joined."""

    impl = sa.String
    cache_ok = True

    class Comparator(_Sealed.Comparator):
        """Compares for being equal only."""

        allowed = _ALLOWED | _LISTED

    comparator_factory: Any = Comparator

    def __init__(self) -> None:
        super().__init__("number")

    def load_dialect_impl(self, dialect: Any) -> Any:
        """Returns the type of the column; SQLite keeps the length that it had, and ignores it."""
        length = 20 if dialect.name == "sqlite" else 64
        return dialect.type_descriptor(sa.String(length))

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Returns what is stored."""
        return None if value is None else dialect.vault.lasting.seal_number(value)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """Returns the number."""
        return None if value is None else dialect.vault.lasting.open_number(value)
