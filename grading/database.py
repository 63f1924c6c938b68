"""DuckDB as we use it: settings, literals, files that hold a release, tables of our own as Parquet."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from grading.errors import BadInput

BUILD = "build.duckdb"
PUBLISHED = "customer_grading.duckdb"
ENGINE_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
}


def quiet(database: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The connection without DuckDB's own progress bar, which goes into logs as well; progress is said by the reporter."""
    database.execute("set enable_progress_bar = false")
    return database


def literal(text: str | Path) -> str:
    """A text or a path as a SQL literal, quotes and all: the one way in which a text that is not ours becomes part of SQL.

    Headers and values never need it: they go in as parameters.
    """
    return "'" + str(text).replace("'", "''") + "'"


@contextmanager
def built_database(release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build of a release with its marts, under the names that dbt gave them, read-only."""
    with duckdb.connect(str(release / BUILD), read_only=True, config=ENGINE_SETTINGS) as database:
        database.execute("set TimeZone = 'UTC'")
        database.execute(f"attach {literal(release / PUBLISHED)} as published (read_only)")
        yield database


@contextmanager
def written_file(path: Path, name: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB file to write into, attached as `name` and in use: whole on disk when the context ends, and until then
    without a write-ahead log, which is for those who want to go on after a crash. In UTC, as dbt's builds are."""
    with duckdb.connect(config={**ENGINE_SETTINGS, "temp_directory": f"{path}.tmp"}) as database:
        for setting in ("preserve_insertion_order = false", "checkpoint_threshold = '1GB'", "TimeZone = 'UTC'"):
            database.execute(f"set {setting}")
        database.execute(f"attach {literal(path)} as {name} (recovery_mode no_wal_writes)")
        database.execute(f"use {name}")
        yield database
        database.execute(f"checkpoint {name}")


def write_parquet(path: Path, columns: dict[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write a few rows of our own as Parquet. Column names are ours, values go in as parameters."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config=ENGINE_SETTINGS) as engine:
        engine.execute(f"create table rows ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        insert_rows(engine, "rows", rows)
        engine.execute(f"copy rows to {literal(path)} (format parquet)")


def insert_rows(engine: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows of our own into a table, in one statement of one list for each column: executemany takes a millisecond a row."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        engine.execute(f"insert into {table} select {', '.join('unnest(?)' for _ in columns)}", columns)


def is_whole(path: Path) -> bool:
    """Whether a Parquet file is there and complete: a copy that was cut lacks the mark at its end."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PAR1" and file.seek(-4, os.SEEK_END) >= 8 and file.read(4) == b"PAR1"
    except OSError:
        return False


def publication_of(warehouse: Path) -> Path:
    """The release that is published. Raises BadInput if there is none."""
    release = (warehouse / "current").resolve()
    if not (release / PUBLISHED).exists():
        raise BadInput(f"{warehouse} has no publication yet; `grading refresh` makes one.")
    return release


def connect_published(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """The publication, read-only. Raises BadInput if there is none."""
    return duckdb.connect(str(publication_of(warehouse) / PUBLISHED), read_only=True)
