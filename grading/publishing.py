"""Files that hold a release: the private build and the published marts, and tables of our own as Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from grading.landing import ENGINE_SETTINGS, insert_rows
from grading.sql import literal
from grading.warehouse import BUILD, PUBLISHED


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
