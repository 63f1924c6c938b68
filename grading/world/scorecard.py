"""What the warehouse recovered of a synthetic world: identity, defects, kinds, rates, types, risk."""

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


# Each customer of the world with what it was graded; of several published customers the one with its first record.
JUDGED = """
    create table judged as
    select truth.*, grades.* exclude (customer_kind, customer_type), scores.* exclude (customer_key, as_of_date, criteria_version)
    from truth_customers as truth
    join (select entity, min(customer_id) as customer_id from truth_records
          join published.marts.customer_records using (source_system, customer_ref) group by entity) as resolved using (entity)
    join published.marts.customer_grades as grades using (customer_id)
    join (
        select 'C' || lpad(lower(to_hex(customer_key)), 15, '0') as customer_id,
            columns('(potential|convenience|problem)_type_known_percent'), order_count as window_order_count, ticket_count,
            customer_key, as_of_date, criteria_version
        from build.intermediate.int_types_scored
        where as_of_date = (select max(as_of_date) from published.marts.customer_grades)
    ) as scores using (customer_id)
"""

# Who can be judged: what the type asks for at least, and enough of its score.
TYPES = """
    select judged.customer_type = ? as is_planted, judged.is_{type}_type as is_found
    from judged
    join build.seeds.customer_types as rules on rules.customer_type = ? and rules.customer_kind = judged.kind
        and rules.criteria_version = judged.criteria_version
    where judged.{type}_type_known_percent >= rules.min_known_percent and judged.purchase_days >= rules.min_purchase_days
        and (judged.window_order_count >= rules.min_order_count or judged.ticket_count >= rules.min_ticket_count)
"""

# The chance that of two customers, one of whom defaults later, this one has the higher risk score; ties count half.
RISK = """
    with ranked as (
        select is_later_default, rank() over (order by risk_score) + (count(*) over (partition by risk_score) - 1) / 2.0 as place
        from judged where kind = 'organisation' and risk_score is not null
    ),
    counted as (
        select count(*) filter (where is_later_default) as defaults, count(*) as scored,
            sum(place) filter (where is_later_default) as places
        from ranked
    )
    select defaults, scored, (places - defaults * (defaults + 1) / 2.0) / nullif(defaults * (scored - defaults), 0) from counted
"""

VALUE = """
    select count(*), count(*) filter (where is_value_type), sum(yearly_rate) filter (where is_value_type) / sum(yearly_rate)
    from judged where order_count > 0
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
        database.execute(JUDGED)
        return [
            *_identity(database), *_defects(database), *_kinds(database), *_rates(database), *_types(database), *_risk(database)
        ]  # fmt: skip


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


def _types(database: duckdb.DuckDBPyConnection) -> list[Line]:
    lines = []
    for name in ("potential", "convenience", "problem"):
        rows = database.execute(TYPES.format(type=name), [name, name]).fetchall()
        counts = (sum(row[0] for row in rows), sum(row[1] for row in rows), sum(all(row) for row in rows))
        lines.append(_line("type, where enough is known", name, *counts))
    buyers, found, share = database.execute(VALUE).fetchall()[0]
    measure_name = "value: its share of the true rate of purchases of all buyers"
    return [*lines, Line("type", measure_name, int(buyers), int(found), None, share)]


def _risk(database: duckdb.DuckDBPyConnection) -> list[Line]:
    defaults, scored, auc = database.execute(RISK).fetchall()[0]
    name = "organisations with a risk score: AUC of later default"
    return [Line("risk", name, int(defaults), int(scored), auc, None)] if auc is not None else []


def _line(family: str, name: str, planted: int, found: int, right: int) -> Line:
    return Line(
        family, name, int(planted), int(found), right / found if found else None, right / planted if planted else None
    )
