"""Runs migrations on the connection that `bot.adapters.database.migrate` opened."""

from alembic import context

from bot.adapters.database.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
