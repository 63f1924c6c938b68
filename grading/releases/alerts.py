"""Tell somebody: a command or a web address that the environment names hears of a refresh that did not publish.

GRADING_ALERT_COMMAND is run with the alert as JSON on its standard input; GRADING_ALERT_WEBHOOK gets it as the body of a POST. An alert
that fails is said on standard error and changes nothing else.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

COMMAND = "GRADING_ALERT_COMMAND"
WEBHOOK = "GRADING_ALERT_WEBHOOK"
PATIENCE_SECONDS = 20


def alert(event: str, warehouse: Path, message: str, **more: Any) -> Iterator[str]:
    """Send an alert to whoever is configured. Yields what went wrong with that."""
    body = {"event": event, "warehouse": str(warehouse), "message": message, **more}
    text = json.dumps(body, ensure_ascii=False, default=str).encode()
    if command := os.environ.get(COMMAND):
        yield from _tried(COMMAND, lambda: _run(command, text))
    if address := os.environ.get(WEBHOOK):
        yield from _tried(WEBHOOK, lambda: _post(address, text))


def _tried(name: str, send: Callable[[], None]) -> Iterator[str]:
    try:
        send()
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        # The address may hold a secret: only the kind of error is said.
        yield f"the alert by {name} failed ({type(error).__name__})"


def _run(command: str, text: bytes) -> None:
    subprocess.run(shlex.split(command), input=text, check=True, timeout=PATIENCE_SECONDS, stdout=subprocess.DEVNULL)


def _post(address: str, text: bytes) -> None:
    if not address.startswith(("https://", "http://")):
        raise ValueError("not a web address")
    request = urllib.request.Request(address, data=text, headers={"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS):  # noqa: S310
        pass
