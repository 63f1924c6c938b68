"""One real refresh per session; its compiled SQL then runs on any landing folder without dbt's start-up time.

`Pipeline.run` lands a folder with the product's own code and executes the SQL that dbt compiled, in the order in which
dbt ran it, on a real DuckDB file. What is tested is therefore what is shipped; only the scheduler of the nodes is ours.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from grading.world.generating import generate
from grading.landing import Landed, Store, discover
from grading.contract import HOME, Project
from grading.database import write_parquet
from grading.refresh import Outcome, Request, _close_dbt, _lay_out_raw, _write_run, dbt_environment, refresh
from grading.releases.warehouse import BUILD, Warehouse

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


@dataclass
class Node:
    name: str
    kind: str
    relation: str
    sql: str
    is_view: bool
    exit_code: int
    parents: list[str] = field(default_factory=list)

    @property
    def create(self) -> str:
        return f"create or replace {'view' if self.is_view else 'table'} {self.relation} as {self.sql}"


@dataclass
class Built:
    """A landing folder run through every model: a connection, and what was landed."""

    database: duckdb.DuckDBPyConnection
    landed: list[Landed]
    tests: list[Node]
    folder: Path
    models: list[Node]

    def moved_by(self, seed: str, statement: str) -> str | None:
        """The first mart but `criteria` that changes when a statement changes a seed; then all is as before."""
        changed = {seed}
        self.database.execute("begin")
        try:
            self.database.execute(statement)
            for node in self.models:
                if not changed & set(node.parents):
                    continue
                changed.add(node.name)
                is_mart = '"marts"' in node.relation and node.name != "criteria"
                before = self._digest(node) if is_mart else None
                self.database.execute(node.create)
                if is_mart and self._digest(node) != before:
                    return node.name
            return None
        finally:
            self.database.execute("rollback")

    def _digest(self, node: Node) -> list[tuple[Any, ...]]:
        return self.rows(f"select count(*), sum(cast(hash(t) as hugeint)) from {node.relation} as t")

    def close(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.database.execute(query, list(parameters) if parameters else None).fetchall()

    def value(self, query: str) -> Any:
        found = self.rows(query)
        assert len(found) == 1 and len(found[0]) == 1, found
        return found[0][0]

    def failed_tests(self) -> dict[str, int]:
        failed = {}
        for test in self.tests:
            if rows := self.database.execute(test.sql).fetchall():
                failed[test.name] = len(rows)
        return failed

    def fates(self, table: str, source: str = "landing") -> dict[str, Any]:
        columns = "raw_rows, accepted_rows, rejected_rows, merged_rows, pending_rows, unreadable_lines"
        row = self.rows(
            f"select {columns} from marts.record_reconciliation where source_table = '{table}' and source_name = '{source}'"
        )[0]
        return dict(zip(("raw", "accepted", "rejected", "merged", "waiting", "unreadable"), row, strict=True))

    def rejections(self, table: str) -> dict[int, str]:
        """Line -> column:rule pairs of the rejected records of a table."""
        return dict(
            self.rows(
                "select source_line, column_names || ':' || rule_codes from marts.rejected_records where source_table = ? "
                "order by 1",
                table,
            )
        )


@dataclass
class Pipeline:
    seeds: Path
    nodes: list[Node]
    raw: str
    folder: Path
    runs: list[Built] = field(default_factory=list)
    number: int = 0

    @property
    def made(self) -> Path:
        (self.folder / "made").mkdir(exist_ok=True)
        return self.folder / "made"

    def run(
        self,
        landing: Path,
        as_of: date | None = None,
        now: datetime = NOW,
        numbers: dict[str, int] | None = None,
        seeds: dict[str, list[tuple[Any, ...]]] | None = None,
        has_fallback_rates: bool = False,
    ) -> Built:
        """Land and build a folder. `numbers` replaces values of criteria_numbers, `seeds` adds rows to seeds. Without
        fallback rates a rate is there only if it was landed."""
        self.number += 1
        place = self.folder / f"run{self.number}"
        warehouse = Warehouse(place)
        warehouse.prepare()
        release = warehouse.new_release("test")
        project = Project()
        for made in self.made.glob("*.parquet"):
            os.link(made, warehouse.store / made.name)
        store = Store(warehouse.store, project)
        landed = store.land(discover(landing, project), lambda file, lines: None)
        _lay_out_raw(release, project, store, landed)
        _write_run(release, warehouse, project, now, now.date(), as_of)
        for made in warehouse.store.glob("*.parquet"):
            # What is the same for every folder is made once: empty tables, the central bank's rates.
            if made.name.startswith(("empty-", "ecb-")) and not (self.made / made.name).exists():
                os.link(made, self.made / made.name)
        if not has_fallback_rates:
            rates = release / "raw" / "grading" / "ecb_rates" / "ecb_rates.parquet"
            rates.unlink()
            write_parquet(rates, {"rate_date": "date", "currency": "varchar", "rate": "decimal(18, 10)"}, [])
        shutil.copy(self.seeds, release / BUILD)
        database = duckdb.connect(str(release / BUILD))
        database.execute("set TimeZone = 'UTC'")
        for name, value in (numbers or {}).items():
            database.execute("update seeds.criteria_numbers set value = ? where name = ?", [value, name])
        for name, rows in (seeds or {}).items():
            for row in rows:
                database.execute(f"insert into seeds.{name} values ({', '.join('?' * len(row))})", list(row))
        tests = []
        for node in self.nodes:
            sql = node.sql.replace(self.raw, str(release / "raw"))
            source, _, table = node.name.removeprefix("stg_").partition("__")
            if len(list((release / "raw" / source / table).glob("*"))) == 1:
                # Nothing was landed for it: what staging makes of nothing is nothing, and planning it costs 30 ms.
                database.execute(f"create table {node.relation} as from empty_staging.{node.name}")
            elif node.kind == "model":
                database.execute(f"create {'view' if node.is_view else 'table'} {node.relation} as {sql}")
            else:
                tests.append(replace(node, sql=sql))
        models = [
            replace(node, sql=node.sql.replace(self.raw, str(release / "raw")))
            for node in self.nodes
            if node.kind == "model"
        ]
        built = Built(database, landed, tests, place, models)
        self.runs.append(built)
        return built


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated landing folder."""
    folder = tmp_path_factory.mktemp("sample") / "landing"
    generate(500, 7, folder)
    return folder


@pytest.fixture(scope="session")
def published(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The sample, refreshed for real: landed, built by dbt with every data test, published."""
    warehouse = tmp_path_factory.mktemp("published") / "warehouse"
    return refresh(Request(landing=sample, warehouse=warehouse))


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse for refreshes whose result does not depend on it: dbt has parsed the project for it once."""
    return tmp_path_factory.mktemp("warm") / "warehouse"


@pytest.fixture(scope="session")
def pipeline(published: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """The project, compiled whole: a refresh leaves out the SQL of tables that nothing was landed for."""
    folder = tmp_path_factory.mktemp("pipeline")
    results = json.loads((published.release / "target" / "run_results.json").read_text())["results"]
    seeds = folder / BUILD
    with duckdb.connect(str(seeds)) as database:
        database.execute(f"attach '{published.release / BUILD}' as given (read_only)")
        for schema in ("seeds", "staging", "intermediate", "marts", "restricted", "empty_staging"):
            database.execute(f"create schema {schema}")
        for schema, name in database.execute(
            "select table_schema, table_name from information_schema.tables where table_catalog = 'given' and table_type = 'BASE TABLE'"
        ).fetchall():
            if schema == "seeds":
                database.execute(f"create table seeds.{name} as from given.seeds.{name}")
            elif schema == "staging":
                database.execute(f"create table empty_staging.{name} as from given.staging.{name} limit 0")
    warehouse = Warehouse(published.release.parent.parent)
    compiled = dbt(
        "compile",
        {**dbt_environment(warehouse), "GRADING_DATABASE": str(seeds)},
        folder / "target",
        "--exclude",
        "resource_type:unit_test",
    )
    nodes = []
    for result in results:
        node = compiled.get(result["unique_id"])
        if node is not None:
            nodes.append(
                Node(
                    name=node.name,
                    kind=str(node.resource_type),
                    relation=result["relation_name"] or "",
                    sql=node.compiled_code,
                    is_view=node.config.materialized == "view",
                    exit_code=node.config.meta.get("exit_code", 1),
                    parents=[name.rpartition(".")[2] for name in node.depends_on.nodes],
                )
            )
    made = Pipeline(seeds, nodes, str(warehouse.building / "raw"), folder)
    yield made
    for built in made.runs:
        built.close()


@pytest.fixture(autouse=True)
def _runs_are_closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test ran is closed when it ends; what a whole module shares, with the session."""
    if "pipeline" not in request.fixturenames:
        yield
        return
    made = request.getfixturevalue("pipeline")
    shared = len(made.runs)
    yield
    while len(made.runs) > shared:
        made.runs.pop().close()


def dbt(command: str, environment: dict[str, str], target: Path, *options: str) -> dict[str, Any]:
    """Run a dbt command on the project; its nodes with SQL, by unique id."""
    from dbt.cli.main import dbtRunner

    kept = dict(os.environ)
    os.environ.update(environment)
    try:
        result = dbtRunner().invoke([
            command, "--project-dir", str(HOME),
            "--profiles-dir", str(HOME / "profiles"), "--target-path", str(target), "--log-path", str(target), "--quiet",
            *options,
        ])  # fmt: skip
    finally:
        os.environ.clear()
        os.environ.update(kept)
        _close_dbt()
    assert result.success, result.exception
    return {
        one.node.unique_id: one.node
        for one in result.result.results  # type: ignore[union-attr]
        if str(one.node.resource_type) != "seed"
    }


def shared(name: str) -> Path:
    """A folder of real data beside the project; skips where there is none, as on a user's machine."""
    folder = SHARED / name
    if not folder.exists():
        pytest.skip(f"real data {name} is not beside this clone (../shared/data/{name})")
    return folder


def write(folder: Path, name: str, text: str | bytes) -> Path:
    """Write a landing file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path
