"""The SQL of a finished refresh, run again statement by statement in a database of its own, without dbt."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from grading.publishing import written_file
from grading.sql import literal
from grading.warehouse import BUILD

After = Callable[[duckdb.DuckDBPyConnection, str], None]


def replay(
    release: Path, folder: Path, until: str | None = None, after: After | None = None
) -> list[tuple[float, str]]:
    """Build the models of a release in <folder>/build.duckdb, in their order, up to the model `until`.

    `after` is called with the connection and the name of each model that was built. Returns seconds and names.
    Every date is computed, whatever the release kept from the one before.
    """
    nodes = json.loads((release / "target/manifest.json").read_text(encoding="utf-8"))["nodes"]
    done = json.loads((release / "target/run_results.json").read_text(encoding="utf-8"))["results"]
    building = str(release.parent.parent / "building")
    spent: list[tuple[float, str]] = []
    with written_file(folder / BUILD, "build") as database:
        database.execute(f"attach {literal(release / BUILD)} as finished (read_only)")
        for schema in sorted({node["schema"] for node in nodes.values() if "schema" in node}):
            database.execute(f'create schema if not exists "{schema}"')
        for node in nodes.values():
            if node["resource_type"] == "seed":
                database.execute(f"create table {node['relation_name']} as from finished.seeds.{node['alias']}")
            elif node["config"].get("materialized") == "incremental":
                # As before the first refresh: nothing was kept, every date is due.
                kept = f"finished.{node['schema']}.{node['alias']}"
                database.execute(f"create table {node['relation_name']} as from {kept} limit 0")
        for result in done:
            if not result["unique_id"].startswith("model."):
                continue
            node = nodes[result["unique_id"]]
            sql = result["compiled_code"].replace(building, str(release))
            started = time.perf_counter()
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            database.execute(f"create or replace {kind} {node['relation_name']} as {sql}")
            spent.append((time.perf_counter() - started, node["name"]))
            if after is not None:
                after(database, node["name"])
            if node["name"] == until:
                break
    return spent
