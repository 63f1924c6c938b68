"""What the warehouse recovered of a synthetic world: identity, defects, kinds, rates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from grading.database import BUILD, PUBLISHED, literal
from grading.errors import BadInput
from grading.world.generating import truth_of


@dataclass(frozen=True)
class Line:
    """One measure: what was planted, what was found, how much of the found is right and of the planted was found."""

    family: str
    measure: str
    planted: int
    found: int
    precision: float | None
    recall: float | None


PAIRS = """
    with resolved as (
        select truth.entity, truth.source_system, published.customer_id,
            truth.entity in (select entity from organisations) as is_organisation
        from truth_records as truth
        join published.marts.customer_records as published using (source_system, customer_ref)
    ),
    by_entity as (select is_organisation, entity, count(*) as n from resolved group by all),
    by_customer as (select is_organisation, customer_id, count(*) as n from resolved group by all),
    by_both as (select is_organisation, entity, customer_id, count(*) as n from resolved group by all)
    select
        (select coalesce(sum(n * (n - 1) // 2), 0) from by_entity where is_organisation = ?),
        (select coalesce(sum(n * (n - 1) // 2), 0) from by_customer where is_organisation = ?),
        (select coalesce(sum(n * (n - 1) // 2), 0) from by_both where is_organisation = ?)
"""

DEFECTS = """
    with found as (
        {found}
    ),
    checked as (
        select distinct rule_code, column_name from truth_defects
    )
    select
        checked.rule_code || ' (' || checked.column_name || ')' as measure,
        (select count(*) from truth_defects as t where t.rule_code = checked.rule_code and t.column_name = checked.column_name) as planted,
        (select count(*) from found as f where f.rule_code = checked.rule_code and f.column_name = checked.column_name) as found,
        (select count(*) from found as f join truth_defects as t using (file, line, column_name, rule_code)
         where t.rule_code = checked.rule_code and t.column_name = checked.column_name) as matched
    from checked
    order by 1
"""

RATES = """
    select count(*), median(abs(
        customers.order_count / greatest(date_diff('day', truth.first_day, truth.last_day), 1) * 365 / truth.yearly_rate - 1
    ))
    from truth_customers as truth
    join truth_records as records on records.entity = truth.entity
    join published.marts.customer_records as published using (source_system, customer_ref)
    join published.marts.customer_grades as customers using (customer_id)
    where truth.orders >= 12
"""

KINDS = """
    select truth.kind, count(*), count(*) filter (where customers.customer_kind = truth.kind)
    from truth_customers as truth
    join (select entity, min(customer_id) as customer_id from truth_records
          join published.marts.customer_records using (source_system, customer_ref) group by entity) as resolved using (entity)
    join published.marts.customers as customers using (customer_id)
    group by truth.kind order by truth.kind
"""


def measure(landing: Path, warehouse: Path) -> list[Line]:
    """Compare a refresh of a generated landing folder with what was planted. Raises BadInput if either is missing."""
    truth, current = truth_of(landing), warehouse / "current"
    if not truth.is_dir():
        raise BadInput(f"{truth} does not exist: only folders that `grading generate` wrote have a known truth.")
    if not (current / PUBLISHED).exists():
        raise BadInput(f"{warehouse} has no publication yet; `grading refresh --landing {landing}` makes one.")
    with duckdb.connect() as database:
        database.execute(f"attach {literal((current / PUBLISHED).resolve())} as published (read_only)")
        database.execute(f"attach {literal((current / BUILD).resolve())} as build (read_only)")
        for name in ("records", "customers", "defects"):
            path = literal(truth / f"{name}.csv")
            types = (
                "types = {'source_system': 'varchar', 'customer_ref': 'varchar'}"
                if name == "records"
                else "auto_detect = true"
            )
            database.execute(f"create table truth_{name} as from read_csv({path}, header = true, {types})")
        database.execute("create table organisations as select entity from truth_customers where kind = 'organisation'")
        return [*_identity(database), *_defects(database), *_kinds(database), *_rates(database)]


def _identity(database: duckdb.DuckDBPyConnection) -> list[Line]:
    lines = []
    for name, is_organisation in (("persons", False), ("organisations", True)):
        planted, found, right = database.execute(PAIRS, [is_organisation] * 3).fetchall()[0]
        lines.append(_line("duplicate pairs", name, planted, found, right))
    return lines


def _defects(database: duckdb.DuckDBPyConnection) -> list[Line]:
    found = " union all ".join(
        f"select _file as file, _line as line, split_part(pair, ':', 1) as column_name, split_part(pair, ':', 2) as rule_code "
        f"from (select _file, _line, unnest(string_split(rule_codes, ';')) as pair from build.intermediate.int_{table}_unioned "
        f"where rule_codes is not null and raw_table = 'landing.{table}')"
        for table in ("orders", "customers")
    )
    rows = database.execute(DEFECTS.format(found=found)).fetchall()
    return [_line("defects, by line", name, planted, total, right) for name, planted, total, right in rows]


def _kinds(database: duckdb.DuckDBPyConnection) -> list[Line]:
    return [
        Line("kind", kind, total, right, None, right / total if total else None)
        for kind, total, right in database.execute(KINDS).fetchall()
    ]


def _rates(database: duckdb.DuckDBPyConnection) -> list[Line]:
    count, error = database.execute(RATES).fetchall()[0]
    return (
        [
            Line(
                "rate",
                "yearly purchases of customers with 12 or more: median relative error",
                count,
                count,
                error,
                None,
            )
        ]
        if count
        else []
    )


def _line(family: str, name: str, planted: int, found: int, right: int) -> Line:
    return Line(
        family, name, int(planted), int(found), right / found if found else None, right / planted if planted else None
    )
