"""Past dates are computed once: what is kept equals what a full build computes, whatever came late, changed or went."""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from grading.contract import Project
from grading.database import BUILD
from grading.refresh import Request, refresh
from grading.world.generating import generate

from .conftest import Pipeline
from .test_grading import put, read
from .test_rules import add_business

HOME = Path(__file__).resolve().parents[2]


# What remembers when: no function of the folder.
REMEMBERS = ("publication", "source_freshness", "customer_merge_log", "customer_grade_changes")


def disturb(folder: Path, dice: random.Random) -> None:
    """Late, corrected and removed orders and refunds, and a customer whose kind changes."""
    header, rows = read(folder, "orders.csv")
    day, amount, ref = (header.index(name) for name in ("ordered_at", "amount", "order_ref"))
    for row in dice.sample(rows, 3):
        row[amount] = "77.77"
    for row in dice.sample(rows, 3):
        rows.remove(row)
    late = list(dice.choice(rows))
    late[ref], late[day] = "LATE", f"2025-{dice.randint(1, 12):02d}-15 10:00:00"
    put(folder, "orders.csv", header, [*rows, late])
    header, rows = read(folder, "refunds.csv")
    put(folder, "refunds.csv", header, [row for row in rows if dice.random() < 0.9])
    header, rows = read(folder, "customers.csv")
    changed = list(rows[dice.randrange(len(rows))])
    changed[header.index("customer_kind")], changed[header.index("updated_at")] = "organisation", "2025-09-20 00:00:00"
    put(folder, "customers.csv", header, [*rows, changed])


@pytest.mark.parametrize("seed", [1, 2])
def test_kept_dates_equal_a_full_build(
    pipeline: Pipeline, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Warehouses hash keys with a secret of their own; here they must be comparable.
    monkeypatch.setenv("GRADING_PSEUDONYM_KEY", "same")
    landing, due = tmp_path / "landing", "select count(*) from intermediate.int_dates_due"
    generate(150, seed, landing)
    first = pipeline.run(landing)
    assert first.value(due) == 13
    disturb(landing, random.Random(seed))
    kept, full = pipeline.run(landing, previous=first.keep()), pipeline.run(landing)
    assert 1 < kept.value(due) <= full.value(due) == 13
    assert kept.tables(*REMEMBERS) == full.tables(*REMEMBERS)


FACTS = (
    "int_purchase_days", "int_customer_members", "int_customer_versions_graded", "int_reference_rates",
    "int_customer_profiles", "int_marketing_statements", "int_receivables_owed", "int_payments_received", "int_orders_promised",
    "int_tickets_opened", "int_customer_flags", "int_deciders", "int_pipeline_steps", "int_interactions_held", "int_survey_answers",
    "int_referrals_made", "int_categories_bought",
)  # fmt: skip


def test_every_input_of_a_grade_is_in_the_fingerprint(pipeline: Pipeline, tmp_path: Path) -> None:
    """Each column of the facts that judgements by date read, emptied in one row, changes the fingerprint of the as-of date; what
    they do not read, such as a telephone number that links nobody, changes none."""
    generate(60, 5, tmp_path / "in")
    add_business(tmp_path / "in")
    built = pipeline.run(
        tmp_path / "in", seeds={"criteria_numbers": [("v1", "person", "tier_high_min_amount", 5, "USD", "")]}
    )
    sql = next(node.sql for node in built.models if node.name == "int_dates_fingerprinted")

    def fingerprints() -> list[tuple[object, ...]]:
        return built.rows(f"select as_of_date, fingerprint from ({sql}) order by 1")

    before, still = fingerprints(), []
    for table in FACTS:
        kind = "view" if next(node for node in built.models if node.name == table).is_view else "table"
        columns = built.rows(
            "select column_name, data_type from duckdb_columns() where schema_name = 'intermediate' and table_name = ?",
            table,
        )
        assert columns
        for column, data_type in columns:
            built.database.execute("begin")
            built.database.execute(f"create table changed as from intermediate.{table}")
            built.database.execute(f"drop {kind} intermediate.{table}")
            built.database.execute(f"create table intermediate.{table} as from changed")
            value = {
                "DATE": "date '2020-01-01'",
                "BOOLEAN": f"not {column}",
                "VARCHAR": f"coalesce({column}, '') || 'x'",
            }.get(data_type, f"coalesce({column}, 0) + 1")
            built.database.execute(
                f"update intermediate.{table} set {column} = {value} where rowid = (select min(rowid) from intermediate.{table})"
            )
            if fingerprints() == before:
                still.append(f"{table}.{column}")
            built.database.execute("rollback")
    assert still == []


def test_only_the_dates_after_a_late_row_are_computed(tmp_path: Path) -> None:
    landing, warehouse = tmp_path / "landing", tmp_path / "warehouse"
    generate(100, 3, landing)
    refresh(Request(landing=landing, warehouse=warehouse))
    # A telephone number that links nobody is in no grade: were it in any, all dates would be due.
    header, rows = read(landing, "customers.csv")
    rows[0][header.index("phone")] = "+4930999888777"
    put(landing, "customers.csv", header, rows)
    header, rows = read(landing, "orders.csv")
    late = dict.fromkeys(header, "")
    late.update(order_ref="LATE", ordered_at="2025-11-10", customer_ref="CU0000001", amount="5", currency="EUR")
    put(landing, "orders.csv", header, [*rows, [late[name] for name in header]])
    # The month end of November, and the as-of date; an earlier one does not know of the row.
    assert refresh(Request(landing=landing, warehouse=warehouse)).dates_computed == 2
    # A changed rule computes every date again, whatever columns the former code kept; the old rule brings the old grades back.
    kept = next((warehouse / "current/kept/grades_at_month_ends").glob("*.parquet"))
    with duckdb.connect(str(warehouse / "current" / BUILD)) as database:
        database.execute(f"copy (select 1 as of_former_code) to '{kept}' (format parquet)")
        merges = database.execute("from intermediate.int_record_moves order by all").fetchall()
    criteria = tmp_path / "criteria"
    criteria.mkdir()
    text = (HOME / "seeds/criteria/criteria_numbers.csv").read_text()
    (criteria / "criteria_numbers.csv").write_text(
        text.replace("v1,person,active_max_days,180", "v1,person,active_max_days,181")
    )
    assert refresh(Request(landing=landing, warehouse=warehouse, criteria=criteria)).dates_computed == 13
    assert refresh(Request(landing=landing, warehouse=warehouse)).dates_computed == 13
    full = refresh(Request(landing=landing, warehouse=warehouse, full_refresh=True))
    assert full.dates_computed == 13
    # Who was merged when is no function of the folder: it stays through all of this.
    with duckdb.connect(str(full.release / BUILD), read_only=True) as database:
        assert merges and database.execute("from intermediate.int_record_moves order by all").fetchall() == merges
    shutil.rmtree(warehouse)


def test_the_checksum_covers_what_computes(tmp_path: Path) -> None:
    home = tmp_path / "project"
    for name in ("models", "macros", "seeds"):
        shutil.copytree(HOME / name, home / name)
    shutil.copy(HOME / "dbt_project.yml", home)

    def checksum() -> str:
        return Project(home=home, seeds=home / "seeds").code_checksum()

    def edit(name: str, old: str, new: str) -> None:
        text = (home / name).read_text()
        assert old in text
        (home / name).write_text(text.replace(old, new))

    before = checksum()
    edit("models/intermediate/lifecycle/int_lifecycle_classified.sql", "Decides the lifecycle stage", "Says what stage")
    edit("models/intermediate/lifecycle/int_lifecycle_classified.yml", "Decides the lifecycle stage", "Says what stage")
    edit("models/staging/landing/_landing__sources.yml", "Name as recorded.", "The name.")
    assert checksum() == before
    for name, old, new in (
        ("models/intermediate/lifecycle/int_lifecycle_classified.sql", "'dormant'", "'asleep'"),
        ("models/staging/landing/_landing__sources.yml", "{name: birth_date, data_type: date", "{name: birth_date, data_type: timestamp"),
        ("macros/money/largest_amount.sql", "1000000000000", "100"),
        ("dbt_project.yml", "business_time_zone: UTC", "business_time_zone: Asia/Tokyo"),
        ("seeds/criteria/grading/grade_bands.csv", "v1,A,80", "v1,A,81"),
    ):  # fmt: skip
        edit(name, old, new)
        assert checksum() != before, name
        edit(name, new, old)


def test_another_reporting_currency_makes_every_date_due(pipeline: Pipeline, tmp_path: Path) -> None:
    """A floor in another currency depends on it, even where no amount has a currency: no fingerprint stays what it was."""
    header = ["order_ref", "ordered_at", "customer_ref", "amount", "currency"]
    rows = [[f"O{n}", "2025-01-10" if n else "2025-03-01", f"C{n}", str(100 + n), ""] for n in range(12)]
    late = ["O100", "2025-03-10", "C2", "5", "CNY"]
    floor = {"criteria_numbers": [("v1", "person", "tier_high_min_amount", 5, "CNY", "")]}
    found = []
    for name, more in (("none", []), ("yuan", [late])):
        put(tmp_path / name, "orders.csv", header, [*rows, *more])
        built = pipeline.run(tmp_path / name, date(2025, 6, 30), seeds=floor)
        found.append(dict(built.rows("select as_of_date, fingerprint from intermediate.int_dates_fingerprinted")))
    before_the_row = [day for day in found[0] if day < date(2025, 3, 10)]
    assert before_the_row and all(found[0][day] != found[1][day] for day in before_the_row)
