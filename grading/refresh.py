"""One refresh: land, build, check, publish. Whatever happens, the publication is whole: the old one or the new one."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from grading.criteria import check as check_criteria
from grading.errors import BadInput, Defect, GateRefused, GradingError, NoSpace, grading_error, is_no_space
from grading.landing import ENGINE_SETTINGS, Landed, Store, discover
from grading.linking import PROPOSAL_COLUMNS
from grading.phones import write_phone_numbers
from grading.project import HOME, Project
from grading.publishing import built_database, write_parquet
from grading.rates import ecb_rates
from grading.sql import literal
from grading.warehouse import BUILD, PROPOSALS, PUBLISHED, Warehouse

PARTIAL_PARSE = "partial_parse.msgpack"
KEPT = "kept"
GRADES = "grades_at_month_ends"
MOVES, MOVES_MODEL = "record_moves", "int_record_moves"


@dataclass(frozen=True)
class Request:
    """What was asked for. `as_of` is a date, yesterday, or None for the latest dated row."""

    landing: Path = Path("landing")
    warehouse: Path = Path("warehouse")
    as_of: str | None = None
    criteria: Path | None = None
    encoding: str | None = None
    full_refresh: bool = False


@dataclass
class Outcome:
    """A finished refresh: where it is, how long each step took, what was landed, how many dates were computed."""

    release: Path
    landed: list[Landed]
    dates_computed: int = 0
    floors_not_applied: list[str] = field(default_factory=list)
    orders_off_their_lines: int = 0
    is_as_of_today: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    store: Store | None = None


class Reporter:
    """Told what happens; the command shows it, tests ignore it."""

    def step(self, name: str) -> None:
        """A step begins."""

    def landing(self, file: str, lines: int) -> None:
        """So many lines of a file were read."""

    def node(self, name: str, done: int, total: int) -> None:
        """A node of dbt ended."""


def refresh(request: Request, reporter: Reporter | None = None) -> Outcome:
    """Land, build, check, publish. Raises GradingError; its exit_code says what kind of end it was."""
    reporter = reporter or Reporter()
    warehouse = Warehouse(request.warehouse)
    warehouse.prepare()
    with warehouse.lock():
        warehouse.sweep()
        started = datetime.now(UTC)
        run_id = _free_run_id(warehouse, started)
        warehouse.log({"event": "start", "run_id": run_id, "landing": str(request.landing)})
        with _stoppable(warehouse, run_id):
            outcome: Outcome | None = None
            try:
                release = warehouse.new_release(run_id)
                outcome = Outcome(release=release, landed=[])
                _run(request, reporter, warehouse, outcome, started)
                warehouse.publish(release)
            except BaseException as error:
                if outcome is None or not warehouse.is_current(outcome.release):
                    known = grading_error(error)
                    _throw_away(warehouse, run_id, outcome, known)
                    if isinstance(known, Defect) and not isinstance(error, GradingError):
                        raise
                    raise known from error
                outcome.warnings.append(f"after publishing: {error}")
            _clean_up(warehouse, run_id, outcome)
        return outcome


def _throw_away(warehouse: Warehouse, run_id: str, outcome: Outcome | None, error: GradingError) -> None:
    """What a refresh that failed leaves: a note of why, in the release and in the log, if the disk takes it."""
    if outcome is not None:
        _close_dbt()
        if isinstance(error, NoSpace):
            # What is written of the release is what fills the disk.
            shutil.rmtree(outcome.release, ignore_errors=True)
            warehouse.building.unlink(missing_ok=True)
        else:
            with suppress(OSError):
                warehouse.discard(outcome.release, {"exit_code": error.exit_code, "error": str(error)})
    with suppress(OSError):
        warehouse.log({"event": "end", "run_id": run_id, "exit_code": error.exit_code, "error": str(error)})


def _clean_up(warehouse: Warehouse, run_id: str, outcome: Outcome) -> None:
    """Remove what is no longer needed. The release is published: nothing that fails here changes that."""
    try:
        warehouse.prune()
        if outcome.store is not None:
            outcome.store.prune()
        warehouse.log({"event": "end", "run_id": run_id, "exit_code": 0, "seconds": outcome.seconds})
    except Exception as error:
        outcome.warnings.append(f"published, but old files could not be cleaned up: {error}")


def _run(request: Request, reporter: Reporter, warehouse: Warehouse, outcome: Outcome, started: datetime) -> None:
    """Everything up to the step that publishes."""
    release = outcome.release

    @contextmanager
    def step(name: str) -> Iterator[None]:
        reporter.step(name)
        begun = time.perf_counter()
        yield
        outcome.seconds[name] = round(time.perf_counter() - begun, 2)

    project = _project(request, release)
    today = started.astimezone(_zone(project)).date()
    as_of = _requested_date(request.as_of, today)
    check_criteria(project)
    with step("land"):
        files = discover(request.landing, project)
        warehouse.check_space(sum(file.path.stat().st_size for file in files))
        store = outcome.store = Store(warehouse.store, project, request.encoding)
        outcome.landed = store.land(files, reporter.landing)
        _lay_out_raw(release, project, store, outcome.landed)
        _write_run(release, warehouse, project, started, today, as_of)
    with step("build"):
        _lay_out_previous(release, project, warehouse.current_release(), is_full_refresh=request.full_refresh)
        results = _build(project, warehouse, release, reporter)
    with step("check"):
        _judge(results, release)
    with step("publish"):
        _keep_for_next(release, project)
        _look_into(release / BUILD, outcome)
        (release / PUBLISHED).chmod(0o444)
        manifest = {
            "run_id": release.name,
            "landed": [vars(entry) for entry in outcome.landed],
            "seconds": outcome.seconds,
        }
        (release / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def _project(request: Request, release: Path) -> Project:
    """The project, with the seeds of `--criteria` laid over its own for this run only."""
    if request.criteria is None:
        return Project()
    if not request.criteria.is_dir():
        raise BadInput(f"--criteria {request.criteria} is no folder; it holds seed files that replace those in seeds/.")
    home = release / "project"
    for name in ("models", "macros", "seeds", "tests/dbt", "profiles"):
        shutil.copytree(HOME / name, home / name)
    for name in ("dbt_project.yml",):
        shutil.copy(HOME / name, home / name)
    known = {path.name: path for path in (home / "seeds").rglob("*.csv")}
    for path in sorted(request.criteria.rglob("*.csv")):
        if path.name not in known:
            raise BadInput(f"--criteria: {path.name} replaces no seed; known are {', '.join(sorted(known))}.")
        shutil.copy(path, known[path.name])
    return Project(home=home, seeds=home / "seeds")


def _zone(project: Project) -> ZoneInfo:
    name = str(project.settings["business_time_zone"])
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError):
        raise BadInput(
            f"dbt_project.yml: business_time_zone {name!r} is no time zone, such as Europe/Berlin."
        ) from None


def _requested_date(text: str | None, today: date) -> date | None:
    if text is None:
        return None
    if text == "yesterday":
        return today - timedelta(days=1)
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--as-of {text!r} is no date; give YYYY-MM-DD or yesterday.") from None
    if asked > today:
        raise BadInput(f"--as-of {asked} is after today, {today}; grades of the future are not known.")
    return asked


def _free_run_id(warehouse: Warehouse, started: datetime) -> str:
    base = f"{started:%Y%m%dT%H%M%S}Z"
    run_id, attempt = base, 1
    while (warehouse.releases / run_id).exists():
        attempt += 1
        run_id = f"{base}-{attempt}"
    return run_id


def _lay_out_raw(release: Path, project: Project, store: Store, landed: list[Landed]) -> None:
    """raw/<source>/<table>/: links to the stored files and a zero-row file, so that every table always exists."""
    for (source, name), table in project.tables.items():
        folder = release / "raw" / source / name
        folder.mkdir(parents=True)
        os.link(store.empty_file(table), folder / "empty.parquet")
    write_phone_numbers(release / "raw" / "grading" / "phone_numbers" / "phone_numbers.parquet", project, store, landed)
    rates = release / "raw" / "grading" / "ecb_rates"
    rates.mkdir(parents=True)
    os.link(ecb_rates(store), rates / "ecb_rates.parquet")
    proposals = release / "raw" / "grading" / "link_proposals"
    if (store.folder / PROPOSALS).exists():
        proposals.mkdir(parents=True)
        os.link(store.folder / PROPOSALS, proposals / "proposals.parquet")
    else:
        write_parquet(proposals / "empty.parquet", PROPOSAL_COLUMNS, [])
    unreadable = release / "raw" / "grading" / "unreadable_lines"
    unreadable.mkdir(parents=True)
    for number, entry in enumerate(landed):
        os.link(store.folder / entry.stored, release / "raw" / entry.source / entry.table / f"{number:05d}.parquet")
        if entry.unreadable_lines:
            os.link(store.unreadable_path(entry), unreadable / f"{number:05d}.parquet")
    write_parquet(
        unreadable / "empty.parquet",
        {"source_name": "varchar", "source_table": "varchar", "_file": "varchar", "_line": "bigint", "code": "varchar",
         "line_text": "varchar"},
        [],
    )  # fmt: skip
    write_parquet(
        release / "raw" / "grading" / "files" / "files.parquet",
        {"source_name": "varchar", "source_table": "varchar", "file": "varchar", "sha256": "varchar",
         "size_bytes": "bigint", "modified_at": "timestamp", "physical_lines": "bigint", "header_lines": "bigint",
         "record_count": "bigint", "continuation_lines": "bigint", "blank_lines": "bigint", "unreadable_lines": "bigint"},
        [
            (entry.source, entry.table, entry.file, entry.sha256, entry.size_bytes,
             datetime.fromisoformat(entry.modified_at).replace(tzinfo=None), entry.physical_lines, entry.header_lines,
             entry.record_count, entry.continuation_lines, entry.blank_lines, entry.unreadable_lines)
            for entry in landed
        ],
    )  # fmt: skip
    counts = store.row_counts(landed)
    write_parquet(
        release / "raw" / "grading" / "raw_tables" / "raw_tables.parquet",
        {"source_name": "varchar", "source_table": "varchar", "contract_table": "varchar", "raw_rows": "bigint"},
        [(*key, table.maps_to, counts.get(key, 0)) for key, table in project.tables.items()],
    )


def _lay_out_previous(release: Path, project: Project, previous: Path | None, *, is_full_refresh: bool) -> None:
    """raw/previous/: what the publication kept for this refresh, and zero-row files.

    What is appended to remembers, and comes whatever happens. What is computed stays behind when the code has changed, and in
    a full refresh: it would be computed anew in any case, and may not even have the same columns.
    """
    keeps_computed = previous is not None and not is_full_refresh and _code_of(previous) == _code_of(release)
    for name, columns in project.previous.items():
        folder = release / "raw" / "previous" / name
        write_parquet(folder / "empty.parquet", columns, [])
        if previous is not None and (keeps_computed or name == MOVES):
            for kept in sorted((previous / KEPT / name).glob("*.parquet")):
                os.link(kept, folder / kept.name)


def _keep_for_next(release: Path, project: Project) -> None:
    """kept/: what the next refresh reads as `previous`, one file per month end and fingerprint; files of dates that stand are
    linked. raw/previous is emptied, since a plain dbt build may run other code and must compute every date."""
    for name in project.previous:
        (release / KEPT / name).mkdir(parents=True, mode=0o700)
    columns = ", ".join(project.previous[GRADES])
    with duckdb.connect(str(release / BUILD), read_only=True, config=ENGINE_SETTINGS) as database:
        dates = database.execute(
            "select as_of_date, fingerprint from intermediate.int_dates_fingerprinted where not is_current"
        ).fetchall()
        for day, fingerprint in dates:
            target = release / KEPT / GRADES / f"{day}-{fingerprint}.parquet"
            known = release / "raw" / "previous" / GRADES / target.name
            if known.exists():
                os.link(known, target)
            else:
                database.execute(
                    f"copy (select {columns} from intermediate.int_grades_at_month_ends where as_of_date = {literal(str(day))}) "
                    f"to {literal(target)} (format parquet)"
                )
        moves = release / KEPT / MOVES / "moves.parquet"
        database.execute(f"copy (from intermediate.{MOVES_MODEL}) to {literal(moves)} (format parquet)")
    for linked in (release / "raw" / "previous").glob("*/*.parquet"):
        if linked.name != "empty.parquet":
            linked.unlink()


def _write_run(
    release: Path, warehouse: Warehouse, project: Project, started: datetime, today: date, as_of: date | None
) -> None:
    """The one row raw.run: the only clock the models know."""
    write_parquet(
        release / "raw" / "grading" / "run" / "run.parquet",
        {"run_id": "varchar", "started_at": "timestamp", "today": "date", "requested_as_of": "date",
         "code_checksum": "varchar", "pseudonym_key": "varchar"},
        [(release.name, started.replace(tzinfo=None, microsecond=0), today, as_of, project.code_checksum(),
          warehouse.pseudonym_key())],
    )  # fmt: skip


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


def _code_of(release: Path) -> str:
    """The checksum of the code that a release was made with."""
    with duckdb.connect(config=ENGINE_SETTINGS) as engine:
        run = release / "raw" / "grading" / "run" / "run.parquet"
        return str(engine.execute("select code_checksum from read_parquet(?)", [str(run)]).fetchall()[0][0])


def _look_into(build: Path, outcome: Outcome) -> None:
    """What the summary says of the build beyond the published tables."""
    with duckdb.connect(str(build), read_only=True) as database:
        outcome.dates_computed = int(database.execute("select count(*) from intermediate.int_dates_due").fetchall()[0][0])
        floors = database.execute(
            "select distinct floors.floor_currency from intermediate.int_value_tier_floors as floors "
            "join intermediate.int_dates_due as spine using (as_of_date) "
            "where spine.is_current and floors.floor_currency is not null and floors.high_min_amount is null"
        ).fetchall()
        outcome.floors_not_applied = [row[0] for row in floors]
        outcome.is_as_of_today = bool(
            database.execute("select is_as_of_today from intermediate.int_run_settings").fetchall()[0][0]
        )
        off = database.execute(
            "select count(*) from intermediate.int_orders_valued where differs_from_lines"
        ).fetchall()
        outcome.orders_off_their_lines = int(off[0][0])


def _build(project: Project, warehouse: Warehouse, release: Path, reporter: Reporter) -> list[Any]:
    """dbt build without unit tests, in this process. Returns its results."""
    from dbt.cli.main import dbtRunner
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
            counts["total"] = event.data.node_count

    try:
        result = dbtRunner(callbacks=[on_event]).invoke(
            [
                "build", "--fail-fast", "--exclude-resource-type", "unit_test", "--project-dir", str(project.home),
                "--profiles-dir", str(project.home / "profiles"), "--target-path", str(release / "target"),
                "--log-path", str(release / "logs"), "--log-level", "none",
            ]
        )  # fmt: skip
    finally:
        os.umask(old_mask)
        os.environ.clear()
        os.environ.update(environment)
        _close_dbt()
    if result.exception is not None:
        known = grading_error(result.exception)
        raise (
            known if isinstance(known, NoSpace) else Defect(f"dbt could not run: {_shown(result.exception)}")
        ) from result.exception
    if project.home == HOME and (release / "target" / PARTIAL_PARSE).exists():
        shutil.copy(release / "target" / PARTIAL_PARSE, kept)
    return list(result.result.results)  # type: ignore[union-attr]


def _close_dbt() -> None:
    """dbt keeps its database open in the process; let it go."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def _judge(results: list[Any], release: Path) -> None:
    """Raise for what stopped the build: bad input, a refused gate, no space, or a defect (a model failed, the ledger is
    off). A test whose rows have a column `what` says in it what is wrong."""
    broken = [result for result in results if result.status in ("error", "runtime error")]
    if broken:
        node = broken[0].node
        if is_no_space(str(broken[0].message)):
            raise NoSpace(
                f"The disk is full ({_shown(broken[0].message)[:300]}); free some space, or move the warehouse with --warehouse."
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
        found = f"{rows[0][names.index('what')]}{f' (and {len(rows) - 1} more)' if len(rows) > 1 else ''}"
        raise kind(f"{found[0].upper()}{found[1:]}; {remedy}.")
    raise kind(f"{found}: {remedy}.")


def _shown(message: object) -> str:
    return " ".join(str(message).split())[:600]


@contextmanager
def _stoppable(warehouse: Warehouse, run_id: str) -> Iterator[None]:
    """SIGTERM and Ctrl-C throw the release away, unless it is published, and end the process at once, whatever a query is
    doing."""

    def stop(number: int, frame: FrameType | None) -> None:
        if warehouse.is_current(warehouse.releases / run_id):
            # Stopped while it cleaned up: the release is the publication, and stays.
            with suppress(OSError):
                warehouse.log({"event": "end", "run_id": run_id, "exit_code": 0, "seconds": {}})
            os.write(2, b"\nPublished; stopped while old files were cleaned up.\n")
            os._exit(0)
        code = 128 + number
        with suppress(OSError):
            warehouse.log({"event": "end", "run_id": run_id, "exit_code": code, "error": "stopped"})
        # Other threads still write; what they leave after the last try, the next refresh sweeps away.
        for _ in range(20):
            shutil.rmtree(warehouse.releases / run_id, ignore_errors=True)
            if not (warehouse.releases / run_id).exists():
                break
        warehouse.building.unlink(missing_ok=True)
        os.write(2, b"\nStopped; the publication is unchanged.\n")
        os._exit(code)

    try:
        previous = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    except ValueError:
        # Not the main thread: whoever runs us there handles signals.
        yield
        return
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def connect_published(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """The publication, read-only. Raises BadInput if there is none."""
    path = warehouse / "current" / PUBLISHED
    if not path.exists():
        raise BadInput(f"{warehouse} has no publication yet; `grading refresh` makes one.")
    return duckdb.connect(str(path.resolve()), read_only=True)
