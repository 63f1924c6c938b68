"""The command `grading`."""

from grading.cli.commands import main

__all__ = ["main"]
