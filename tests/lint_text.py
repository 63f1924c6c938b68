"""What sqlfluff does not look at: macros, and the text of all SQL before it is compiled.

python tests/lint_text.py [FILE ...]; without files, all of the project's SQL. Prints file:line and what is wrong; exit code 1.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
FOLDERS = ("models", "macros", "tests/dbt", "analyses")
MAX_LINE = 160
KEYWORDS = re.compile(r"\b(SELECT|FROM|WHERE|JOIN|GROUP BY|ORDER BY|CASE|WHEN|THEN|CAST|COALESCE|UNION|WITH|NULL)\b")


def problems(path: Path) -> Iterator[tuple[int, str]]:
    """Line numbers and what is wrong there."""
    text = path.read_text(encoding="utf-8")
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield text.count("\n") + 1, "the file does not end with one line end"
    bare = re.sub(r"\{#.*?#\}", lambda comment: "\n" * comment.group().count("\n"), text, flags=re.S).split("\n")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE:
            yield number, f"{len(line)} characters; at most {MAX_LINE}"
        if line != line.rstrip() or "\t" in line:
            yield number, "blanks at the end, or a tab"
        code = re.sub(r"'[^']*'|--.*", "", bare[number - 1])
        if KEYWORDS.search(code):
            yield number, "a keyword in capitals"
    if "macros" in path.parts and "{#" not in text.split("{% macro")[0] and "materialization" not in text:
        yield 1, "a public macro begins with a comment that says what it is for"
    if (
        path.suffix == ".sql"
        and "models" in path.parts
        and not re.match(r"(\{\{ config\(.*?\) \}\}\n)?\{#", text, re.S)
    ):
        yield 1, "a model begins with a comment: its grain, what it decides, why"


def main(files: list[str]) -> int:
    """Check files; returns the exit code."""
    paths = [Path(name) for name in files] or [
        path for name in FOLDERS for path in sorted((HOME / name).rglob("*.sql"))
    ]
    found = [f"{path}:{number}: {what}" for path in paths for number, what in problems(path)]
    print("\n".join(found) or f"{len(paths)} files of SQL are in order.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
