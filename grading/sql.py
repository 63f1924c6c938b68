"""The one way in which a text that is not ours becomes part of SQL."""

from __future__ import annotations

from pathlib import Path


def literal(text: str | Path) -> str:
    """A text or a path as a SQL literal, quotes and all. Headers and values never need it: they go in as parameters."""
    return "'" + str(text).replace("'", "''") + "'"
