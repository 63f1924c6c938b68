"""Two sets of rules, or two releases, side by side: who moves, from where to where, by what, and which of the two foresees more."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from grading.database import PUBLISHED, literal
from grading.errors import BadInput
from grading.evaluation.backtest import Backtest, compare_orders
from grading.refresh import Request, refresh
from grading.releases.warehouse import Warehouse
from grading.reporter import Reporter

# The name of the rules that the project has, beside folders of rules and releases.
OWN_RULES = "seeds"
CONTRIBUTIONS = ("potential", "history", "influence", "safety", "shrinkage", "cap")

RULES = """
    with sides as (
        select 'a' as side, * from a.marts.criteria where criteria_version = $first
        union all
        select 'b', * from b.marts.criteria where criteria_version = $second
    ),
    paired as (
        select customer_kind, rule_family, rule_name,
            max(case when side = 'a' then concat_ws(' ', rtrim(rtrim(rule_value::varchar, '0'), '.'), rule_result) end) as before,
            max(case when side = 'b' then concat_ws(' ', format('{:g}', rule_value::double), rule_result) end) as after
        from sides
        group by all
    )
    select customer_kind, rule_family, rule_name, before, after from paired where before is distinct from after order by all
"""

# One row per customer of either side. What moved a grade: the cuts, where the score of before has the grade of after by them, else
# the part of the score that changed most.
PAIRS = """
    create temp table pairs as
    with sides as (
        select 'a' as side, grades.*, {contributions}, rankings.kind_rank
        from a.marts.customer_grades as grades join a.marts.customer_rankings as rankings using (customer_id)
        union all by name
        select 'b' as side, grades.*, {contributions}, rankings.kind_rank
        from b.marts.customer_grades as grades join b.marts.customer_rankings as rankings using (customer_id)
    )
    select
        coalesce(a.customer_id, b.customer_id) as customer_id,
        coalesce(a.customer_kind, b.customer_kind) as customer_kind,
        coalesce(a.{field}, '(absent)') as before,
        coalesce(b.{field}, '(absent)') as after,
        a.overall_score as score_before,
        b.overall_score as score_after,
        a.kind_rank as rank_before,
        b.kind_rank as rank_after,
        coalesce(b.net_amount_365d, a.net_amount_365d) as net_amount_365d,
        case
            when a.customer_id is null or b.customer_id is null then 'absent'
            when (select max_by(rule_result, rule_value) from b.marts.criteria
                  where criteria_version = b.criteria_version and rule_family = 'grade_band' and rule_value <= a.overall_score) = b.grade
                then 'cuts'
            else list_max([{changes}]).part
        end as moved_by
    from (from sides where side = 'a') as a
    full outer join (from sides where side = 'b') as b using (customer_id)
"""


MOVERS = """
    select customer_id, customers.display_name, pairs.customer_kind, before, after, score_before::double, score_after::double,
        rank_before, rank_after, net_amount_365d::double, moved_by
    from pairs left join b.marts.customers as customers using (customer_id)
    where before <> after
    order by abs(net_amount_365d) desc, customer_id
    limit $1
"""


@dataclass(frozen=True)
class Mover:
    """A customer whose class differs: where it was and is, its scores and ranks in its kind, and what moved its score most."""

    customer_id: str
    name: str | None
    kind: str
    before: str
    after: str
    score_before: float | None
    score_after: float | None
    rank_before: int | None
    rank_after: int | None
    net_amount_365d: float
    moved_by: str


@dataclass(frozen=True)
class Comparison:
    """Two sides: their names and date, the rules that differ, how many customers and how much revenue of the last year goes from which
    class to which (kind, before, after, customers, revenue), the largest movers, and the backtests of both."""

    names: tuple[str, str]
    as_of: date
    field: str
    currency: str
    rules: list[tuple[str, str, str, str | None, str | None]]
    moves: list[tuple[str, str, str, int, float]]
    movers: list[Mover]
    backtests: tuple[list[Backtest], list[Backtest]]


def compare(
    first: str, second: str, landing: Path, warehouse: Path, field: str = "grade", days: int = 90, show: int = 20,
    reporter: Reporter | None = None,
) -> Comparison:  # fmt: skip
    """Compare two sides. Each is a folder of seed files, as `grading refresh --criteria` takes it, `seeds` for the rules that the project
    has, or the run id of a release; rules are built in a scratch warehouse, one for each side. Raises BadInput for a side that is none of
    these, and where the two are as of different dates."""
    with tempfile.TemporaryDirectory(prefix="grading-compare-") as scratch, duckdb.connect() as database:
        as_of = _as_of_of_release((first, second), warehouse)
        sides = []
        for name, side in (("a", first), ("b", second)):
            sides.append(_published(side, landing, warehouse, Path(scratch) / name, as_of, reporter or Reporter()))
            database.execute(f"attach {literal(sides[-1])} as {name} (read_only)")
        _raise_if_data_differ(first, second, sides, landing, warehouse)
        dates = [
            database.execute(
                f"select as_of_date, criteria_version, reporting_currency from {name}.marts.publication"
            ).fetchall()[0]
            for name in ("a", "b")
        ]
        if dates[0][0] != dates[1][0]:
            raise BadInput(
                f"{first} is as of {dates[0][0]}, {second} as of {dates[1][0]}; compare what is as of one date."
            )
        changes = [
            f"struct_pack(size := abs(coalesce(b.{part}_contribution, 0) - coalesce(a.{part}_contribution, 0)), part := '{part}')"
            for part in CONTRIBUTIONS
        ]
        contributions = ", ".join(f"rankings.{part}_contribution" for part in CONTRIBUTIONS)
        database.execute(PAIRS.format(field=field, contributions=contributions, changes=", ".join(changes)))
        return Comparison(
            names=(first, second), as_of=dates[0][0], field=field, currency=dates[0][2],
            rules=database.execute(RULES, {"first": dates[0][1], "second": dates[1][1]}).fetchall(),
            moves=database.execute(
                "select customer_kind, before, after, count(*), sum(net_amount_365d)::double from pairs group by all order by all"
            ).fetchall(),
            movers=[
                Mover(*row) for row in database.execute(MOVERS, [show]).fetchall()
            ],
            backtests=(_backtest(database, "a", days), _backtest(database, "b", days)),
        )  # fmt: skip


def _as_of_of_release(sides: tuple[str, str], warehouse: Path) -> str | None:
    """The date of the release among the sides: rules are built as of it."""
    for side in sides:
        if (published := _release(side, warehouse)) is not None:
            with duckdb.connect(str(published), read_only=True) as database:
                return str(database.execute("select as_of_date from marts.publication").fetchall()[0][0])
    return None


def _release(side: str, warehouse: Path) -> Path | None:
    path = warehouse / ("current" if side == "current" else f"releases/{side}") / PUBLISHED
    return path.resolve() if "/" not in side and path.exists() else None


def _published(side: str, landing: Path, warehouse: Path, scratch: Path, as_of: str | None, reporter: Reporter) -> Path:
    if (published := _release(side, warehouse)) is not None:
        return published
    if side != OWN_RULES and not any(Path(side).rglob("*.csv")):
        releases = ", ".join(path.name for path in Warehouse(warehouse).published_releases()) or "none"
        raise BadInput(
            f"{side} is neither a folder with seed files nor a release of {warehouse} ({releases}); "
            f"for the rules as they stand say {OWN_RULES}, for what is published current."
        )
    if (warehouse / "key").exists():
        # References that are hashed must be so with one key, or nobody is the same customer.
        scratch.mkdir()
        shutil.copy(warehouse / "key", scratch / "key")
    criteria = None if side == OWN_RULES else Path(side)
    outcome = refresh(Request(landing=landing, warehouse=scratch, criteria=criteria, as_of=as_of), reporter)
    return outcome.release / PUBLISHED


def _raise_if_data_differ(first: str, second: str, sides: list[Path], landing: Path, warehouse: Path) -> None:
    """Rules are compared on one landing: a release that was built from another is no side of it. Two releases may differ as they like."""
    landed = [
        {
            (entry["file"], entry["sha256"])
            for entry in json.loads((side.parent / "manifest.json").read_text())["landed"]
        }
        for side in sides
    ]
    are_releases = [_release(side, warehouse) is not None for side in (first, second)]
    if not all(are_releases) and landed[0] != landed[1]:
        files = ", ".join(sorted({file for file, _ in landed[0] ^ landed[1]})[:3])
        release = first if are_releases[0] else second
        raise BadInput(
            f"{landing} is not what {release} was built from ({files}); compare with {OWN_RULES} instead of {release}."
        )


def _backtest(database: duckdb.DuckDBPyConnection, side: str, days: int) -> list[Backtest]:
    """Empty where the history is too short."""
    with _using(database, side), suppress(BadInput):
        return compare_orders(database, days)
    return []


@contextmanager
def _using(database: duckdb.DuckDBPyConnection, side: str) -> Iterator[Any]:
    database.execute(f"use {side}")
    try:
        yield database
    finally:
        database.execute("use memory")
