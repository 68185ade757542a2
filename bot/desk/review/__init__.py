"""Reviewing what the bot says: pages and commands for the clinician who signs it."""
