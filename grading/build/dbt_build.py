"""dbt, run in this process on a release, and what its results mean."""

from __future__ import annotations

import json
import logging
import os
import shutil
from pathlib import Path
from typing import Any, cast

import duckdb

from grading.contract import HOME, Project
from grading.database import BUILD, ENGINE_SETTINGS, PUBLISHED, built_database
from grading.errors import BadInput, Defect, GateRefused, GradingError, NoSpace, grading_error, is_no_space, quoted
from grading.fitting.parameters import STATISTICS, fit_clv_parameters, write_clv_parameters
from grading.gates.gate import ENTRY, Gates
from grading.releases.warehouse import Warehouse
from grading.reporter import Reporter

PARTIAL_PARSE = "partial_parse.msgpack"


def dbt_environment(warehouse: Warehouse) -> dict[str, str]:
    """Where dbt reads and writes during a refresh; the same for each, so that its parsed project can be kept."""
    return {
        "GRADING_DATABASE": str(warehouse.building / BUILD),
        "GRADING_PUBLISHED": str(warehouse.building / PUBLISHED),
        "GRADING_RAW": str(warehouse.building / "raw"),
        "GRADING_SPILL": str(warehouse.building / "spill"),
        "GRADING_TARGET": "duckdb",
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def build(project: Project, warehouse: Warehouse, release: Path, reporter: Reporter, gates: Gates) -> list[Any]:
    """dbt build without unit tests, in this process, with the gate at the entry and the fit of parameters in between. Returns its
    results."""
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

    kept = warehouse.cache / PARTIAL_PARSE
    if kept.exists() and project.home == HOME:
        shutil.copy(kept, release / "target" / PARTIAL_PARSE)
    old_mask = os.umask(0o077)
    environment = dict(os.environ)
    os.environ.update(dbt_environment(warehouse))
    counts = {"done": 0, "total": 0}

    def on_event(event: EventMsg) -> None:
        if event.info.name == "NodeFinished":
            counts["done"] += 1
            reporter.node(event.data.node_info.node_name, counts["done"], counts["total"])
        elif event.info.name == "ConcurrencyLine":
            counts["total"] = counts["done"] + event.data.node_count

    results: list[Any] = []
    places = [
        "--project-dir", str(project.home), "--profiles-dir", str(project.home / "profiles"),
        "--target-path", str(release / "target"), "--log-path", str(release / "logs"),
        "--log-level", "none", "--log-level-file", "debug",
    ]  # fmt: skip
    # A test runs in the part that has all it reads.
    command = ["build", "--fail-fast", "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"]
    # Where the disk is full, the log is too: what ends the refresh says so once, without a traceback of the logger.
    logs_errors, logging.raiseExceptions = logging.raiseExceptions, False
    try:
        parsed = dbtRunner().invoke(["parse", *places])
        _raise_if_it_could_not_run(parsed.exception)
        manifest = cast(Manifest, parsed.result)
        # What the gate at the entry looks at and what the parameters are fitted on; the gate and the fit; the rest.
        first = [f"+{STATISTICS}", f"+{ENTRY}"]
        for selection in (["--select", *first], ["--exclude", *first]):
            if results:
                close_dbt()
                gates.entry()
                reporter.step("fit")
                with built_database(release) as database:
                    write_clv_parameters(release, fit_clv_parameters(database))
                reporter.step("build")
            ran = dbtRunner(manifest=manifest, callbacks=[on_event]).invoke([*command, *selection, *places])
            _raise_if_it_could_not_run(ran.exception)
            keep_results(release, is_first=not results)
            results += ran.result.results  # type: ignore[union-attr]
            if any(result.status in ("error", "runtime error", "fail") for result in results):
                break
    finally:
        logging.raiseExceptions = logs_errors
        os.umask(old_mask)
        os.environ.clear()
        os.environ.update(environment)
        close_dbt()
    if project.home == HOME and (release / "target" / PARTIAL_PARSE).exists():
        shutil.copy(release / "target" / PARTIAL_PARSE, kept)
    return results


def mart_columns(release: Path) -> dict[str, dict[str, str]]:
    """Published table -> column -> type, in their order, as the contracts of a release have them."""
    nodes = json.loads((release / "target" / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
    return {
        node["name"]: {name: column["data_type"] for name, column in node["columns"].items()}
        for node in nodes
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }


def _raise_if_it_could_not_run(error: BaseException | None) -> None:
    if error is None:
        return
    known = grading_error(error)
    raise (known if isinstance(known, NoSpace) else Defect(f"dbt could not run: {_shown(error)}")) from error


def keep_results(release: Path, *, is_first: bool) -> None:
    """One run_results.json of both parts of the build: dbt writes that of the last one only."""
    path, before = release / "target/run_results.json", release / "target/run_results_before.json"
    if is_first:
        shutil.copy(path, before)
        return
    found, first = json.loads(path.read_text(encoding="utf-8")), json.loads(before.read_text(encoding="utf-8"))
    found["results"] = first["results"] + found["results"]
    path.write_text(json.dumps(found), encoding="utf-8")
    before.unlink()


def close_dbt() -> None:
    """dbt keeps its database open in the process; let it go."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def repoint_views(release: Path) -> None:
    """Let the views of a build that is kept read its own raw tables: while it was built they were read through a link."""
    building = str(release.parent.parent / "building")
    with duckdb.connect(str(release / BUILD), config=ENGINE_SETTINGS) as database:
        for (sql,) in database.execute("select sql from duckdb_views() where not internal").fetchall():
            if building in sql:
                database.execute(
                    sql.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1).replace(building, str(release))
                )


def judge(results: list[Any], release: Path) -> None:
    """Raise for what stopped the build: bad input, a refused gate, no space, or a defect (a model failed, the ledger is
    off). A test whose rows have a column `what` says in it what is wrong."""
    broken = [result for result in results if result.status in ("error", "runtime error")]
    if broken:
        node = broken[0].node
        if is_no_space(str(broken[0].message)):
            raise NoSpace(
                f"The disk is full ({_shown(broken[0].message)}); free some space, or move the warehouse with --warehouse."
            )
        raise Defect(f"The model {node.name} failed ({node.original_file_path}): {_shown(broken[0].message)}")
    failed = [result for result in results if result.status == "fail"]
    if not failed:
        return
    node = failed[0].node
    kinds: dict[int, type[GradingError]] = {1: GateRefused, 2: BadInput, 3: Defect}
    kind = kinds[int(node.config.meta.get("exit_code", 1))]
    remedy = node.config.meta.get("remedy", f"look at them with `dbt build --select {node.name}`")
    found = f"The test {node.name} found {failed[0].failures} rows ({node.original_file_path})"
    with built_database(release) as database:
        rows = database.execute(node.compiled_code).fetchall()
        names = [column[0] for column in database.description or ()]
    if "what" in names and rows:
        what = str(rows[0][names.index("what")])
        found = f"{quoted(what[:1].upper() + what[1:])}{f' (and {len(rows) - 1} more)' if len(rows) > 1 else ''}"
        raise kind(f"{found}; {remedy}.")
    raise kind(f"{found}: {remedy}.")


def _shown(message: object) -> str:
    return quoted(" ".join(str(message).split())[:600])
