"""What is each cleaning rule worth? One rule at a time is switched off, and the grades are computed again.

The release is replayed up to the grades of its as-of date; after one model a statement undoes what the rule did. The
result says how many customers come to another tier and how much money of the last 365 days changes hands.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from grading.build.replay import replay
from grading.database import BUILD, literal, publication_of

GRADES = "int_grades_now"


@dataclass(frozen=True)
class Rule:
    """A cleaning rule, the model after which it is undone, and the statement that undoes it."""

    code: str
    label_en: str
    label_zh: str
    model: str
    statement: str


RULES = (
    Rule("duplicate_rows", "Equal rows are merged", "相同记录合并", "int_orders_unioned",
         "update intermediate.int_orders_unioned set record_status = 'accepted' where record_status = 'merged_equal'"),
    Rule("superseded_rows", "Only the last version of a row counts", "仅最新版本有效", "int_orders_unioned",
         "update intermediate.int_orders_unioned set record_status = 'accepted' where record_status = 'merged_superseded'"),
    Rule("conflicting_rows", "Contradicting rows are rejected", "矛盾记录拒收", "int_orders_unioned",
         "update intermediate.int_orders_unioned set record_status = 'accepted' where rule_codes = 'order_ref:conflicting_duplicate'"),
    Rule("negative_amounts", "Negative amounts are rejected", "负金额拒收", "int_orders_unioned",
         "update intermediate.int_orders_unioned set record_status = 'accepted', amount = abs(amount) "
         "where rule_codes = 'amount:negative_amount'"),
    Rule("order_status", "Cancelled and pending orders do not count", "取消与待定订单不计", "int_orders_valued",
         "update intermediate.int_orders_valued set is_countable = true"),
    Rule("currencies", "Amounts are converted", "金额换算币种", "int_orders_converted",
         "update intermediate.int_orders_converted set gross_amount = original_amount where is_purchase"),
    Rule("refunds", "Refunds are subtracted", "扣减退款", "int_refunds_applied",
         "update intermediate.int_refunds_applied set refunded_amount = 0"),
    Rule("identity", "Records are linked to one customer", "多系统记录归一", "int_records_resolved",
         "update intermediate.int_records_resolved set customer_key = record_key"),
    Rule("not_graded", "Test records and channel partners are not graded", "测试与渠道记录不评级", "int_customers_by_date",
         "update intermediate.int_customers_by_date set is_graded = true"),
)  # fmt: skip


@dataclass(frozen=True)
class Impact:
    """What one rule is worth: customers of another tier without it, and the money that moves, in the reporting currency."""

    rule: Rule
    customers: int
    tier_changes: int
    money_moved: float
    net_amount: float


COMPARE = """
    with records as (
        select clean.record_key, clean.customer_key, dirty.customer_key as dirty_key
        from clean_records as clean join dirty_records as dirty using (record_key)
    ),
    money as (
        select customer_key, sum(net_amount) as net_amount
        from (select distinct records.customer_key, dirty_key from records) as pairs
        join (select customer_key as dirty_key, net_amount_365d as net_amount from dirty_grades) using (dirty_key)
        group by customer_key
    ),
    tiers as (
        select records.customer_key, bool_or(dirty_grades.value_tier is distinct from clean_grades.value_tier) as has_moved
        from records
        join clean_grades on clean_grades.customer_key = records.customer_key
        left join dirty_grades on dirty_grades.customer_key = records.dirty_key
        group by records.customer_key
    )
    select
        (select count(*) from tiers),
        (select count(*) from tiers where has_moved),
        (select coalesce(sum(abs(coalesce(money.net_amount, 0) - clean_grades.net_amount_365d)), 0)
         from clean_grades left join money using (customer_key))
            + (select coalesce(sum(abs(net_amount_365d)), 0) from dirty_grades where customer_key not in (select dirty_key from records)),
        (select coalesce(sum(net_amount_365d), 0) from clean_grades)
"""


def rule_impacts(warehouse: Path) -> Iterator[Impact]:
    """The impact of each rule for the last publication. Raises BadInput if there is none."""
    release = publication_of(warehouse)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as database:
        _grades(database, release, Path(folder) / "clean", "clean", None)
        for rule in RULES:
            _grades(database, release, Path(folder) / rule.code, "dirty", rule)
            row = database.execute(COMPARE).fetchall()[0]
            yield Impact(rule, int(row[0]), int(row[1]), float(row[2]), float(row[3]))


def _grades(database: duckdb.DuckDBPyConnection, release: Path, folder: Path, name: str, rule: Rule | None) -> None:
    folder.mkdir()

    def after(replayed: duckdb.DuckDBPyConnection, model: str) -> None:
        if model == "int_dates_due":
            replayed.execute("delete from intermediate.int_dates_due where not is_current")
        if rule is not None and model == rule.model:
            replayed.execute(rule.statement)

    replay(release, folder, until=GRADES, after=after)
    build = folder / BUILD
    database.execute(f"attach {literal(build)} as replayed (read_only)")
    for table, source in (("grades", GRADES), ("records", "int_records_resolved")):
        database.execute(f"create or replace table {name}_{table} as from replayed.intermediate.{source}")
    database.execute("detach replayed")
    build.unlink()
