"""`bot.markup`, by the name under which this room knows it."""

from bot.markup import markdown_to_html, plain_to_html

__all__ = ["markdown_to_html", "plain_to_html"]
