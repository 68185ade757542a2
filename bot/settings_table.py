"""Prints the table of docs/settings.md: `python -m bot.settings_table`."""

from __future__ import annotations

import sys

from bot.settings import declarations


def settings_table() -> str:
    """Returns one Markdown row for each setting."""
    rows = ["| Setting | Default | Meaning |", "|---|---|---|"]
    for declaration in declarations().values():
        default = f"`{declaration.default}`" if declaration.default else "(empty)"
        secret = " Secret." if declaration.secret else ""
        rows.append(f"| `{declaration.variable}` | {default} | {declaration.meaning}{secret} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.stdout.write(settings_table() + "\n")
