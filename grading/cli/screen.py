"""Progress on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from grading.errors import plain
from grading.reporter import Reporter

SECONDS_BETWEEN_LINES = 2.0


def terminal(*, stderr: bool = False, width: int | None = None) -> Console:
    """A console that takes no text for markup: names, files and messages come from data."""
    return Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)


class Screen(Reporter):
    """Shows progress on standard error: a changing line on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console, quiet: bool) -> None:
        self.console = console
        self.quiet = quiet
        self.shown_at = time.monotonic()
        self.width = 0

    def step(self, name: str) -> None:
        """Show the step's name."""
        self.clear()
        if not self.quiet:
            with self._heard():
                self.console.print(name, style="bold")

    def landing(self, file: str, lines: int) -> None:
        """Show how far a file is read."""
        self._show(f"  {plain(file)}: {lines:,} lines")

    def node(self, name: str, done: int, total: int) -> None:
        """Show how many nodes are built."""
        self._show(f"  {done}/{total} {name}")

    @contextmanager
    def _heard(self) -> Iterator[None]:
        """Progress that nobody can read, on a full device or a closed pipe, is no reason to stop."""
        try:
            yield
        except (OSError, SystemExit):
            self.quiet = True
            self.width = 0

    def _show(self, text: str) -> None:
        if self.quiet:
            return
        with self._heard():
            self._write(text)

    def _write(self, text: str) -> None:
        if self.console.is_terminal:
            text = text[: self.console.width - 1]
            sys.stderr.write("\r" + text.ljust(self.width))
            sys.stderr.flush()
            self.width = len(text)
        elif time.monotonic() - self.shown_at > SECONDS_BETWEEN_LINES:
            self.shown_at = time.monotonic()
            sys.stderr.write(text + "\n")

    def clear(self) -> None:
        """Remove the changing line."""
        if self.width:
            with self._heard():
                sys.stderr.write("\r" + " " * self.width + "\r")
            self.width = 0
