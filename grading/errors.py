"""What can go wrong, by exit code. Every message is one sentence or two: what, where, what to do."""

from __future__ import annotations

import errno
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# Around what comes from data in a message: a terminal shows it, no log keeps it. They are the marks that Unicode has for text of
# another origin.
FROM, TO = "\u2068", "\u2069"
NO_SPACE = ("no space left", "disk quota exceeded", "max_temp_directory_size", "failed to offload")


class GradingError(Exception):
    """A refresh that ends without a publication; the old one stays. `release` is the folder of what failed, if there is one; `landed`
    what had been read by then."""

    exit_code = 3
    release: Path | None = None
    landed: Sequence[Any] = ()

    def __str__(self) -> str:
        return super().__str__().replace(FROM, "").replace(TO, "")

    def logged(self, is_public: Callable[[str], bool]) -> str:
        """The message as a log, a page or an alert may keep it: what comes from data only where it tells nothing."""
        return re.sub(
            f"{FROM}([^{TO}]*){TO}",
            lambda found: found[1] if is_public(found[1]) else "…",
            super().__str__(),
        )


class GateRefused(GradingError):
    """A gate refused the new data."""

    exit_code = 1


class BadInput(GradingError):
    """The landing folder, an option or a setting is not usable."""

    exit_code = 2


class Defect(GradingError):
    """A bug of ours: a model failed, or the ledger does not add up."""

    exit_code = 3


class Locked(GradingError):
    """Another refresh holds the lock."""

    exit_code = 4


class NoSpace(GradingError):
    """There is not enough disk space to work safely."""

    exit_code = 5


def grading_error(error: BaseException) -> GradingError:
    """Any error as one of ours: what the disk or its permissions caused is told from a defect."""
    if isinstance(error, GradingError):
        return error
    message = quoted(" ".join(str(error).split())[:600])
    name = quoted(error.filename) if isinstance(error, OSError) and error.filename else "A file"
    if is_no_space(message) or (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)):
        return NoSpace(f"The disk is full: {message}; free some space, or move the warehouse with --warehouse.")
    if isinstance(error, OSError) and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return BadInput(f"{name} cannot be used ({error.strerror}); check its permissions.")
    if isinstance(error, OSError) and error.errno == errno.ENOENT and error.filename:
        return BadInput(f"{name} has vanished; refresh again when nothing moves it.")
    return Defect(f"{type(error).__name__}: {message}; this is a bug, please report it.")


def quoted(text: object) -> str:
    """A name or a text that comes from data, marked as such within a message."""
    return f"{FROM}{str(text).replace(FROM, '').replace(TO, '')}{TO}"


def is_no_space(message: str) -> bool:
    """Whether an engine's message says that the disk is full."""
    return any(text in message.lower() for text in NO_SPACE)


def plain(text: object) -> str:
    """A text that may come from data as a terminal can show it: control characters and lone surrogates spelt out."""
    return "".join(
        character
        if character in "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
        else f"\\x{ord(character):02x}"
        for character in str(text)
    )


def first_line(error: Exception) -> str:
    """The first line of what an exception says."""
    return str(error).splitlines()[0]
