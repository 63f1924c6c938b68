"""One refresh: land, build, check, publish. Whatever happens, the publication is whole: the old one or the new one."""

from __future__ import annotations

import csv
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
from zoneinfo import ZoneInfo

import duckdb

from grading.build.dbt_build import build, close_dbt, judge, mart_columns, repoint_views
from grading.build.linked import write_docs
from grading.build.previous import keep_for_next, lay_out_previous
from grading.build.raw import lay_out_raw, write_run
from grading.contract import HOME, Project
from grading.criteria import check as check_criteria
from grading.database import BUILD, ENGINE_SETTINGS, PUBLISHED, quiet
from grading.errors import BadInput, Defect, GradingError, NoSpace, grading_error
from grading.gates import gate
from grading.landing.discovery import discover
from grading.landing.erasure import Erasure, forget, is_from_before
from grading.landing.store import Landed, Store
from grading.releases.report import write_report
from grading.releases.warehouse import Warehouse
from grading.reporter import Reporter

# What a trial run adds to the version of its rules.
TRIAL = "-trial"
BOARDS, DOCS = "GRADING_BOARDS", "GRADING_DOCS"


@dataclass(frozen=True)
class Request:
    """What was asked for. `as_of` is a date, yesterday, or None for the latest dated row."""

    landing: Path = Path("landing")
    warehouse: Path = Path("warehouse")
    as_of: str | None = None
    criteria: Path | None = None
    encoding: str | None = None
    full_refresh: bool = False
    keep_failed: bool = False
    let_through: tuple[str, ...] = ()
    because: str | None = None


@dataclass
class Outcome:
    """A finished refresh: where it is, how long each step took, what was landed, how many dates were computed."""

    release: Path
    landed: list[Landed]
    dates_computed: int = 0
    floors_not_applied: list[str] = field(default_factory=list)
    orders_off_their_lines: int = 0
    unmapped_values: int = 0
    is_as_of_today: bool = False
    gates: gate.Gates | None = None
    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    store: Store | None = None


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
                build_release(request, reporter, warehouse, outcome, started)
                warehouse.publish(release)
            except BaseException as error:
                if outcome is None or not warehouse.is_current(outcome.release):
                    known = grading_error(error)
                    _throw_away(warehouse, run_id, outcome, known, keeps_build=request.keep_failed)
                    if isinstance(known, Defect) and not isinstance(error, GradingError):
                        raise
                    raise known from error
                outcome.warnings.append(f"after publishing: {error}")
            _clean_up(warehouse, run_id, outcome)
        return outcome


def _throw_away(
    warehouse: Warehouse, run_id: str, outcome: Outcome | None, error: GradingError, *, keeps_build: bool
) -> None:
    """What a refresh that failed leaves: a note of why, in the release and in the log, if the disk takes it."""
    said = error.logged(Project().is_public)
    if outcome is not None:
        close_dbt()
        if isinstance(error, NoSpace):
            # What is written of the release is what fills the disk.
            shutil.rmtree(outcome.release, ignore_errors=True)
            warehouse.building.unlink(missing_ok=True)
        else:
            with suppress(OSError):
                why = {"exit_code": error.exit_code, "error": said}
                if keeps_build and (outcome.release / BUILD).exists():
                    # What ended the refresh is what must be told, whatever becomes of the views.
                    with suppress(duckdb.Error):
                        repoint_views(outcome.release)
                warehouse.discard(outcome.release, why, keeps_build=keeps_build)
            error.release = outcome.release
            error.landed = outcome.landed
    with suppress(OSError):
        warehouse.log({"event": "end", "run_id": run_id, "exit_code": error.exit_code, "error": said})
    if outcome is not None and outcome.release.exists():
        # What ended the refresh is what must be told, whatever becomes of its page.
        with suppress(Exception):
            write_report(outcome.release, outcome.landed, outcome.seconds, outcome.gates, None, said)


def _clean_up(warehouse: Warehouse, run_id: str, outcome: Outcome) -> None:
    """Remove what is no longer needed. The release is published: nothing that fails here changes that."""
    try:
        warehouse.prune()
        periods = {row["subject"]: int(row["days"]) for row in Project().seed("mappings/retention_periods.csv")}
        warehouse.prune_log(periods["run_log"])
        if certificate := forget(warehouse, run_id, outcome.landed):
            outcome.warnings.append(f"persons were erased; what was done is in {certificate}")
        if outcome.store is not None:
            outcome.store.prune()
        found = outcome.gates.warnings if outcome.gates else []
        warehouse.log({
            "event": "end", "run_id": run_id, "exit_code": 0, "seconds": outcome.seconds, "counts": outcome.counts,
            "gates": [
                {"expectation": one.expectation, "subject": one.subject, "let_through_because": one.let_through_because} for one in found
            ],
        })  # fmt: skip
    except Exception as error:
        outcome.warnings.append(f"published, but old files could not be cleaned up: {error}")


def build_release(
    request: Request, reporter: Reporter, warehouse: Warehouse, outcome: Outcome, started: datetime
) -> None:
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
    gates = outcome.gates = gate.Gates(project, release, _let_through(request))
    gate.start()
    if request.criteria is not None:
        name_as_trial(project)
    with step("land"):
        files = discover(request.landing, project)
        warehouse.check_space(sum(file.path.stat().st_size for file in files))
        store = outcome.store = Store(warehouse.store, project, request.encoding)
        outcome.landed = store.land(files, reporter.landing)
        erasure = Erasure(warehouse, store, project)
        outcome.landed = erasure.apply(outcome.landed, release.name)
        outcome.warnings += erasure.warnings
        lay_out_raw(release, project, store, outcome.landed, warehouse.pseudonym_key())
        write_run(release, warehouse, project, started, today, as_of, is_trial=request.criteria is not None)
    with step("build"):
        previous = warehouse.current_release()
        # What was computed while a person was known is computed anew without the person.
        is_full = request.full_refresh or (previous is not None and is_from_before(previous, warehouse))
        newest = max(warehouse.published_releases(), default=None)
        lay_out_previous(release, project, previous, is_full_refresh=is_full, newest=newest)
        erasure.take_out_of(release / "raw" / "previous" / "record_moves")
        results = build(project, warehouse, release, reporter, gates)
    with step("check"):
        judge(results, release)
        gates.exit(mart_columns(release))
    with step("publish"):
        with quiet(duckdb.connect(str(release / BUILD), read_only=True, config=ENGINE_SETTINGS)) as database:
            keep_for_next(release, project, database)
        _look_into(release / BUILD, outcome)
        (release / PUBLISHED).chmod(0o444)
        _draw(release, outcome)
        manifest = {
            "run_id": release.name,
            # What a header or a name of a file may hold stays in the private store.
            "landed": [
                vars(entry) | {"file": entry.published_file, "ignored_columns": len(entry.ignored_columns)}
                for entry in outcome.landed
            ],
            "seconds": outcome.seconds,
        }
        (release / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        write_report(release, outcome.landed, outcome.seconds, gates, warehouse.current_release())


def _draw(release: Path, outcome: Outcome) -> None:
    """Boards and dbt's documents into the release, where they are wanted. What cannot be drawn is said, and the numbers are published."""

    def wanted(name: str) -> bool:
        return os.environ.get(name, "") not in ("", "0")

    try:
        if wanted(BOARDS):
            from grading.boards.drawing import draw_boards

            draw_boards(release, release / "boards")
        if wanted(DOCS):
            write_docs(release / PUBLISHED, release / "boards" / "docs.html")
    except BadInput as error:
        outcome.warnings.append(f"Pages are missing: {error}")


def _project(request: Request, release: Path) -> Project:
    """The project, with the seeds of `--criteria` laid over its own for this run only."""
    if request.criteria is None:
        return Project()
    if not request.criteria.is_dir():
        raise BadInput(
            f"--criteria {request.criteria} is not a folder; it holds seed files that replace those in seeds/."
        )
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


def name_as_trial(project: Project) -> None:
    """Rules of `--criteria` are a trial of their version, and say so wherever the version stands."""
    for path in sorted((project.seeds / "criteria").rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = list(csv.reader(file))
        if "criteria_version" not in header:
            continue
        place = header.index("criteria_version")
        for row in rows:
            row[place] += TRIAL
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])


def _zone(project: Project) -> ZoneInfo:
    name = str(project.settings["business_time_zone"])
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError):
        raise BadInput(
            f"dbt_project.yml: business_time_zone {name!r} is not a time zone, such as Europe/Berlin."
        ) from None


def _let_through(request: Request) -> dict[str, str]:
    """Expectations that may fail this once, and why."""
    because = (request.because or "").strip()
    if bool(because) != bool(request.let_through):
        raise BadInput("--let-through EXPECTATION and --because REASON belong together; the reason is logged.")
    return dict.fromkeys(request.let_through, because)


def _requested_date(text: str | None, today: date) -> date | None:
    if text is None:
        return None
    if text == "yesterday":
        return today - timedelta(days=1)
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--as-of {text!r} is not a date; give YYYY-MM-DD or yesterday.") from None
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


def _look_into(build: Path, outcome: Outcome) -> None:
    """What the summary says of the build beyond the published tables."""
    with quiet(duckdb.connect(str(build), read_only=True)) as database:
        outcome.dates_computed = int(
            database.execute("select count(*) from intermediate.int_dates_due").fetchall()[0][0]
        )
        floors = database.execute(
            "select distinct floors.floor_currency from intermediate.int_value_tier_floors as floors "
            "join intermediate.int_dates_due as due using (as_of_date) "
            "where due.is_current and floors.floor_currency is not null and floors.high_min_amount is null"
        ).fetchall()
        outcome.floors_not_applied = [row[0] for row in floors]
        outcome.is_as_of_today = bool(
            database.execute("select is_as_of_today from intermediate.int_run_settings").fetchall()[0][0]
        )
        off = database.execute(
            "select count(*) from intermediate.int_orders_valued where differs_from_lines"
        ).fetchall()
        outcome.orders_off_their_lines = int(off[0][0])
        rows, rejected = database.execute(
            "select sum(row_count), sum(row_count) filter (record_status = 'rejected') from intermediate.int_rule_breaks_counted"
        ).fetchall()[0]
        customers = database.execute("select count(*) from intermediate.int_grades_now").fetchall()[0][0]
        outcome.counts = {"rows": int(rows or 0), "rejected": int(rejected or 0), "customers": int(customers)}
        unmapped = database.execute("select count(*) from restricted.unmapped_values").fetchall()
        outcome.unmapped_values = int(unmapped[0][0])


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
