"""One real refresh per session; its compiled SQL then runs on any landing folder without dbt's start-up time.

`Pipeline.run` lands a folder with the product's own code and executes the SQL that dbt compiled, in the order in which
dbt ran it, on a real DuckDB file. What is tested is therefore what is shipped; only the scheduler of the nodes is ours.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from grading.build.dbt_build import close_dbt
from grading.build.previous import keep_for_next, lay_out_previous
from grading.build.raw import lay_out_raw, write_run
from grading.build.replay import SCHEMAS, Node, nodes_of
from grading.contract import HOME, Project
from grading.database import BUILD, PUBLISHED, write_parquet
from grading.fitting.parameters import STATISTICS, clv_parameters_file, fit_clv_parameters, write_clv_parameters
from grading.landing.discovery import discover
from grading.landing.store import Landed, Store
from grading.refresh import Outcome, Request, refresh
from grading.releases.warehouse import Warehouse
from grading.world.generating import generate

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
# The model that reads the fitted parameters: before it they are fitted.
PARAMETERS = "int_clv_fits_by_date"
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


@dataclass
class Built:
    """A landing folder run through every model: a connection, and what was landed."""

    database: duckdb.DuckDBPyConnection
    landed: list[Landed]
    tests: list[Node]
    folder: Path
    models: list[Node]
    digests: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def moved_by(self, seed: str, statement: str, number: str | None = None) -> str | None:
        """The first mart but `criteria` that changes when a statement changes a seed; then all is as before. A model whose rows stay
        what they were moves nothing after it. Of the readers of all numbers only those that name the number are asked."""
        changed, kept = {seed}, self.folder / "kept.parquet"
        self.database.execute("begin")
        try:
            self.database.execute(statement)
            for node in self.models:
                # What is fitted lies between the statistics and the node that reads it.
                reached = changed & ({*node.parents, STATISTICS} if node.name == PARAMETERS else set(node.parents))
                if not reached or (number and reached == {"int_criteria_by_date"} and number not in node.sql):
                    continue
                if node.name == PARAMETERS and STATISTICS in changed:
                    shutil.copy(clv_parameters_file(self.release), kept)
                    write_clv_parameters(self.release, fit_clv_parameters(self.database))
                if node.is_view:
                    changed.add(node.name)
                    continue
                if node.name not in self.digests:
                    self.digests[node.name] = self._digest(node)
                self.database.execute(node.create)
                if self._digest(node) == self.digests[node.name]:
                    continue
                changed.add(node.name)
                if '"marts"' in node.relation and node.name != "criteria":
                    return node.name
            return None
        finally:
            self.database.execute("rollback")
            if kept.exists():
                kept.replace(clv_parameters_file(self.release))

    @property
    def release(self) -> Path:
        return self.folder / "releases" / "test"

    def _digest(self, node: Node) -> list[tuple[Any, ...]]:
        return self.rows(f"select count(*), sum(cast(hash(t) as hugeint)) from {node.relation} as t")

    def keep(self) -> Path:
        """What a publication of this would leave to the next refresh; the release. A build of some targets planned no actions."""
        empty = self.release / "raw/previous/planned_actions/empty.parquet"
        self.database.execute(
            f"create table if not exists intermediate.int_actions_planned as from read_parquet('{empty}')"
        )
        keep_for_next(self.release, Project(), self.database)
        return self.release

    def close(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    def tables(self, *apart: str) -> dict[str, list[tuple[Any, ...]]]:
        """Every mart as a sorted list of rows, but those named."""
        names = self.rows("select table_name from duckdb_tables() where schema_name = 'marts' order by 1")
        return {
            name: sorted(self.rows(f"select * from marts.{name}"), key=repr) for (name,) in names if name not in apart
        }

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

    def statuses(self, table: str, source: str = "landing") -> dict[str, Any]:
        columns = "raw_rows, accepted_rows, rejected_rows, merged_rows, pending_rows, unreadable_lines"
        row = self.rows(
            f"select {columns} from marts.record_reconciliation where source_table = '{table}' and source_name = '{source}'"
        )[0]
        return dict(zip(("raw", "accepted", "rejected", "merged", "pending", "unreadable"), row, strict=True))

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
    project: Project = field(default_factory=Project)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(f"Pipeline({self.folder})")  # hypothesis would print every node's SQL

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
        previous: Path | None = None,
        targets: tuple[str, ...] = (),
        are_refs_opaque: bool = True,
    ) -> Built:
        """Land and build a folder. `numbers` replaces values of criteria_numbers, `seeds` adds rows to seeds. Without
        fallback rates a rate is there only if it was landed. `previous` is a release that was kept, `targets`: what is
        wanted, if not all. Refs may be words, unless they are not declared opaque, as in the seed that is shipped."""
        self.number += 1
        place = self.folder / f"run{self.number}"
        warehouse = Warehouse(place)
        warehouse.prepare()
        release, project = warehouse.new_release("test"), self.project
        for made in self.made.glob("*.parquet"):
            os.link(made, warehouse.store / made.name)
        store = Store(warehouse.store, project)
        landed = store.land(discover(landing, project), lambda file, lines: None)
        lay_out_raw(release, project, store, landed, warehouse.pseudonym_key())
        write_run(release, warehouse, project, now, now.date(), as_of)
        lay_out_previous(release, project, previous, is_full_refresh=False)
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
        # Two of these run at a time, and small tables gain nothing by more threads.
        database.execute("set threads = 1")
        database.execute("set TimeZone = 'UTC'")
        for name, value in (numbers or {}).items():
            database.execute("update seeds.criteria_numbers set value = ? where name = ?", [value, name])
        database.execute(
            "update seeds.source_settings set is_opaque = ? where source_system = 'landing'", [are_refs_opaque]
        )
        for name, rows in (seeds or {}).items():
            for row in rows:
                database.execute(f"insert into seeds.{name} values ({', '.join('?' * len(row))})", list(row))
        tests, models, wanted, left = [], [], set(), list(targets)
        parents = {
            node.name: {*node.parents, *((STATISTICS,) if node.name == PARAMETERS else ())} for node in self.nodes
        }
        while left:
            if (name := left.pop()) not in wanted:
                wanted.add(name)
                left += parents.get(name, ())
        for node in self.nodes:
            if targets and node.kind == "model" and node.name not in wanted:
                continue
            here = replace(node, sql=node.sql.replace(self.raw, str(release / "raw")))
            source, _, table = node.name.removeprefix("stg_").partition("__")
            if len(list((release / "raw" / source / table).glob("*"))) == 1:
                # Nothing was landed for it: what staging makes of nothing is nothing, and planning it costs 30 ms.
                database.execute(f"create table {node.relation} as from empty_staging.{node.name}")
            elif node.kind == "model":
                if node.name == PARAMETERS:
                    write_clv_parameters(release, fit_clv_parameters(database))
                database.execute(here.create)
            elif node.kind == "test":
                tests.append(here)
            if node.kind == "model":
                models.append(here)
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
    """The SQL of that refresh, for other folders."""
    folder = tmp_path_factory.mktemp("pipeline")
    nodes = nodes_of(published.release)
    seeds = folder / BUILD
    with duckdb.connect(str(seeds)) as database:
        database.execute(f"attach '{published.release / BUILD}' as given (read_only)")
        for schema in (*SCHEMAS, "empty_staging"):
            database.execute(f"create schema if not exists {schema}")
        for node in nodes:
            if node.kind == "seed":
                database.execute(f"create table seeds.{node.name} as from given.seeds.{node.name}")
            elif node.name.startswith("stg_") and not node.name.startswith("stg_mappings"):
                sql = node.sql.replace('"build"."staging"."stg_mappings', 'given.staging."stg_mappings')
                sql = sql.replace('"build"."staging".', "empty_staging.").replace('"build".', "given.")
                database.execute(f"create table empty_staging.{node.name} as from ({sql}) limit 0")
    made = Pipeline(seeds, nodes, str(published.release / "raw"), folder)
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
        close_dbt()
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


@pytest.fixture
def publishing(published: Outcome, tmp_path: Path) -> Callable[..., Warehouse]:
    """A warehouse that publishes the sample under a run id, after statements on its build and, as `published`, its marts; a further call
    publishes the next run."""
    place = Warehouse(tmp_path / "w")
    place.prepare()

    def of(run_id: str, *statements: str) -> Warehouse:
        release = place.releases / run_id
        release.mkdir()
        for name in (BUILD, PUBLISHED):
            shutil.copy(published.release / name, release / name)
            (release / name).chmod(0o600)
        with duckdb.connect(str(release / BUILD)) as database:
            database.execute(f"attach '{release / PUBLISHED}' as published")
            database.execute("update published.marts.publication set run_id = ?", [run_id])
            for statement in statements:
                database.execute(statement)
        place.publish(release)
        return place

    return of
