"""The SQL of a finished refresh, run again statement by statement in a database of its own, without dbt."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from grading.database import BUILD, literal, written_file

After = Callable[[duckdb.DuckDBPyConnection, str], None]
SCHEMAS = ("seeds", "staging", "intermediate", "marts", "restricted")


@dataclass(frozen=True)
class Node:
    """A seed, model or test as dbt ran it: its relation, its compiled SQL, the nodes it reads, its exit code if it fails."""

    name: str
    kind: str
    relation: str
    sql: str
    is_view: bool
    parents: tuple[str, ...]
    exit_code: int

    @property
    def create(self) -> str:
        """The statement that builds a model."""
        return f"create or replace {'view' if self.is_view else 'table'} {self.relation} as {self.sql}"


def nodes_of(release: Path, raw: Path | None = None) -> list[Node]:
    """The nodes of a release in the order in which dbt ran them, all in one database; reading `raw` instead of its own."""
    nodes = json.loads((release / "target/manifest.json").read_text(encoding="utf-8"))["nodes"]
    done = json.loads((release / "target/run_results.json").read_text(encoding="utf-8"))["results"]
    building = str(release.parent.parent / "building" / "raw")
    found = []
    for result in done:
        # What reads the marts is in dbt's results, too.
        if (node := nodes.get(result["unique_id"])) is None:
            continue
        sql = (result["compiled_code"] or "").replace(building, str(raw or release / "raw"))
        found.append(
            Node(
                name=node["name"],
                kind=node["resource_type"],
                relation=(node["relation_name"] or "").replace('"published"', '"build"'),
                sql=sql.replace('"published"."marts"', '"build"."marts"'),
                is_view=node["config"]["materialized"] == "view",
                parents=tuple(name.rpartition(".")[2] for name in node.get("depends_on", {}).get("nodes", ())),
                exit_code=node["config"].get("meta", {}).get("exit_code", 1),
            )
        )
    return found


def replay(
    release: Path, folder: Path, until: str | None = None, after: After | None = None
) -> list[tuple[float, str]]:
    """Build the models of a release in <folder>/build.duckdb, in their order, up to the model `until`.

    `after` is called with the connection and the name of each model that was built. Returns seconds and names.
    """
    spent: list[tuple[float, str]] = []
    with written_file(folder / BUILD, "build") as database:
        database.execute(f"attach {literal(release / BUILD)} as finished (read_only)")
        for schema in SCHEMAS:
            database.execute(f'create schema if not exists "{schema}"')
        for node in nodes_of(release):
            if node.kind == "seed":
                database.execute(f"create table {node.relation} as from finished.seeds.{node.name}")
            if node.kind != "model":
                continue
            started = time.perf_counter()
            database.execute(node.create)
            spent.append((time.perf_counter() - started, node.name))
            if after is not None:
                after(database, node.name)
            if node.name == until:
                break
    return spent
