"""Who is told what happens: the command shows it, tests ignore it."""

from __future__ import annotations


class Reporter:
    """Told what happens; does nothing with it."""

    def step(self, name: str) -> None:
        """A step begins."""

    def landing(self, file: str, lines: int) -> None:
        """So many lines of a file were read."""

    def node(self, name: str, done: int, total: int) -> None:
        """A node of dbt ended."""
