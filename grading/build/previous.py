"""What one release keeps for the next: month ends whose inputs did not change, who came to which customer when, and the figures and
classes that the gates compare the next ones with."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from grading.contract import Project
from grading.database import ENGINE_SETTINGS, literal, write_parquet

KEPT = "kept"
GRADES = "grades_at_month_ends"
# What is remembered whatever becomes of the code: table -> the query that the next refresh finds in it.
REMEMBERED = {
    "record_moves": "from intermediate.int_record_moves",
    "figures": "from intermediate.int_figures_remembered",
    "published_grades": "select customer_key, customer_kind, grade, value_tier, clv_method, code_checksum "
    "from intermediate.int_grades_now cross join read_parquet({run})",
    "published_classes": "select customer_key, as_of_date, criteria_version, order_count, net_amount, net_amount_365d, recency_days, "
    "gate_code, grade, value_tier, lifecycle_stage, customer_type, risk_grade from intermediate.int_grades_now",
    "planned_actions": "select customer_key, action_code, due_date, first_planned_date, last_planned_date, account_owner, channel, "
    "is_held_out, expected_value_amount from intermediate.int_actions_planned",
}
# People saw these lists and acted on them: a rollback does not take that back.
LOGGED = {"planned_actions"}


def lay_out_previous(
    release: Path, project: Project, previous: Path | None, *, is_full_refresh: bool, newest: Path | None = None
) -> None:
    """raw/previous/: what the publication kept for this refresh, and zero-row files. Logs come from the `newest` release that was
    ever published, which is another one after a rollback.

    What is appended to remembers, and comes whatever happens. What is computed stays behind when the code has changed, and in
    a full refresh: it would be computed anew in any case, and may not even have the same columns.
    """
    keeps_computed = previous is not None and not is_full_refresh and _code_of(previous) == _code_of(release)
    for name, columns in project.previous.items():
        folder = release / "raw" / "previous" / name
        write_parquet(folder / "empty.parquet", columns, [])
        if previous is not None and (keeps_computed or name in REMEMBERED):
            source = newest if newest is not None and name in LOGGED else previous
            for kept in sorted((source / KEPT / name).glob("*.parquet")):
                os.link(kept, folder / kept.name)


def keep_for_next(release: Path, project: Project, database: duckdb.DuckDBPyConnection) -> None:
    """kept/: what the next refresh reads as `previous`, one file per month end and fingerprint; files of dates that stand are
    linked. `database` is the build. raw/previous is emptied, since a plain dbt build may run other code and must compute every date."""
    for name in project.previous:
        (release / KEPT / name).mkdir(parents=True, mode=0o700)
    columns = ", ".join(project.previous[GRADES])
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
    run = literal(release / "raw" / "grading" / "run" / "run.parquet")
    for name, query in REMEMBERED.items():
        target = release / KEPT / name / f"{name}.parquet"
        database.execute(f"copy ({query.format(run=run)}) to {literal(target)} (format parquet)")
    for linked in (release / "raw" / "previous").glob("*/*.parquet"):
        if linked.name != "empty.parquet":
            linked.unlink()


def _code_of(release: Path) -> str:
    """The checksum of the code that a release was made with."""
    with duckdb.connect(config=ENGINE_SETTINGS) as engine:
        run = release / "raw" / "grading" / "run" / "run.parquet"
        return str(engine.execute("select code_checksum from read_parquet(?)", [str(run)]).fetchall()[0][0])
