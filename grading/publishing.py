"""From the private build to the published file: schema `marts` alone, with every column explained, read-only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from grading.errors import Defect
from grading.landing import ENGINE_SETTINGS, insert_rows
from grading.sql import literal


def publish_marts(build: Path, target: Path, manifest: Path) -> None:
    """Write the marts of a build to a fresh file (mode 0444). Raises Defect if a mart is missing."""
    marts = _marts(manifest)
    with written_file(target, "published") as database:
        database.execute(f"attach {literal(build)} as build (read_only)")
        database.execute("create schema marts")
        built = {
            row[0]
            for row in database.execute(
                "select table_name from information_schema.tables where table_catalog = 'build' and table_schema = 'marts'"
            ).fetchall()
        }
        if missing := sorted(set(marts) - built):
            raise Defect(f"The build lacks the marts {', '.join(missing)}.")
        for name, (description, columns) in sorted(marts.items()):
            database.execute(f'create table marts."{name}" as select * from build.marts."{name}"')
            database.execute(f'comment on table marts."{name}" is {literal(description)}')
            for column, text in columns.items():
                database.execute(f'comment on column marts."{name}"."{column}" is {literal(text)}')
    target.chmod(0o444)


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


def _marts(manifest: Path) -> dict[str, tuple[str, dict[str, str]]]:
    """Mart -> description and column descriptions, from dbt's manifest."""
    nodes: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    return {
        node["name"]: (
            " ".join(node["description"].split()),
            {name: column["description"] for name, column in node["columns"].items()},
        )
        for node in nodes.values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }


def write_parquet(path: Path, columns: dict[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write a few rows of our own as Parquet. Column names are ours, values go in as parameters."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config=ENGINE_SETTINGS) as engine:
        engine.execute(f"create table rows ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        insert_rows(engine, "rows", rows)
        engine.execute(f"copy rows to {literal(path)} (format parquet)")
