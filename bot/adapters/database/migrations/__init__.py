"""The schema, step by step; run by `bot.adapters.database.migrate`."""
