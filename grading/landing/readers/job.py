"""What a reader is given and what it returns, and what readers share: the mapping of headers, the stored columns."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import duckdb

from grading.contract import Project, normalised_header
from grading.database import literal
from grading.errors import BadInput, quoted
from grading.landing.discovery import LandingFile
from grading.landing.spool import Ledger


@dataclass
class Job:
    """One file to land: where scratch files may lie, where the stored file goes by the hash of the content, whom to tell."""

    file: LandingFile
    project: Project
    encoding: str | None
    scratch: Path
    stored_path: Callable[[str], Path]
    engine: duckdb.DuckDBPyConnection
    report: Callable[[str, int], None]

    def store(self, query: str, sha256: str) -> int:
        """Write a query's rows to the stored file, at once or not at all. Returns the number of rows."""
        return copy_rows(self.engine, query, self.scratch, self.stored_path(sha256))


@dataclass
class Reading:
    """A file that was read: the hash of its content, the ledger of its lines, headers that mean nothing to us."""

    sha256: str
    ledger: Ledger
    ignored_columns: list[str] = field(default_factory=list)


def copy_rows(engine: duckdb.DuckDBPyConnection, query: str, scratch: Path, target: Path) -> int:
    """Write a query's rows to a Parquet file, at once or not at all. Returns the number of rows."""
    temporary = scratch / "writing.parquet"
    engine.execute(f"copy ({query}) to {literal(temporary)} (format parquet)")
    rows = engine.execute(f"select count(*) from read_parquet({literal(temporary)})").fetchone()
    with temporary.open("rb") as written:
        os.fsync(written.fileno())
    os.replace(temporary, target)
    return int(rows[0]) if rows else 0


def mapping_of(job: Job, headers: list[str]) -> tuple[dict[str, int], list[int]]:
    """Contract column -> position of the header that feeds it, and the positions of the other headers."""
    if len(headers) > job.project.limits["max_columns"]:
        raise BadInput(
            f"{quoted(job.file.name)} has {len(headers)} columns, more than max_columns in seeds/mappings/landing_limits.csv allows."
        )
    aliases = job.project.aliases[job.file.table.source, job.file.table.name]
    meant = [aliases.get(normalised_header(header), ()) for header in headers]
    certain = {columns[0] for columns in meant if len(columns) == 1}
    mapping: dict[str, int] = {}
    others: list[int] = []
    for position, header in enumerate(headers):
        columns = meant[position]
        if len(columns) > 1:
            # A meaning that another header has for certain is not this one's.
            columns = tuple(column for column in columns if column not in certain)
        if len(columns) > 1:
            raise BadInput(
                f"{quoted(job.file.name)}: the header {quoted(repr(header))} may mean {' or '.join(columns)}; keep the row of the right "
                "one in seeds/mappings/column_aliases.csv and remove the others."
            )
        column = columns[0] if columns else None
        if column is None:
            others.append(position)
        elif column in mapping:
            raise BadInput(
                f"{quoted(job.file.name)}: the headers {quoted(repr(headers[mapping[column]]))} and {quoted(repr(header))} "
                f"both mean {column}; remove one of them."
            )
        else:
            mapping[column] = position
    missing = [column for column in job.file.table.required if column not in mapping]
    if missing:
        unknown = [headers[position] for position in others]
        hint = ""
        for column in missing:
            known = [label for label, columns in aliases.items() if column in columns]
            for name in unknown:
                if get_close_matches(normalised_header(name), known, n=1):
                    hint = f" Is {quoted(repr(name))} meant to be {column}? Then add it to seeds/mappings/column_aliases.csv."
        if not hint and unknown:
            names = ", ".join(quoted(repr(name)) for name in unknown[:8])
            hint = (
                f" Of the headers, nobody knows {names}; say in seeds/mappings/column_aliases.csv which of them it is."
            )
        raise BadInput(f"{quoted(job.file.name)}: the required column {', '.join(missing)} is missing in line 1.{hint}")
    return mapping, others


def stored_columns(job: Job, mapping: dict[str, int], others: list[int], values: str, line: str) -> str:
    """The stored columns of a relation `landed` whose columns are c1..cn, with `headers` beside it."""
    columns = ", ".join(
        f'landed.c{mapping[name] + 1} as "{name}"' if name in mapping else f'cast(null as varchar) as "{name}"'
        for name in job.file.table.columns
    )
    pairs = ", ".join(f"headers.h{position + 1}, landed.c{position + 1}" for position in others)
    other = f"cast(json_object({pairs}) as varchar)" if others else "cast(null as varchar)"
    return f"select headers.file as _file, {line} as _line, {columns}, {other} as _other from {values}, headers"


def headers_table(job: Job, headers: list[str]) -> None:
    """The table `headers`: the file's name and its headers, so that neither becomes SQL text."""
    names = ", ".join(f"h{position + 1} varchar" for position in range(len(headers)))
    marks = ", ".join("?" for _ in range(len(headers) + 1))
    job.engine.execute(f"create temp table headers (file varchar{', ' if headers else ''}{names})")
    job.engine.execute(f"insert into headers values ({marks})", [job.file.name, *headers])
