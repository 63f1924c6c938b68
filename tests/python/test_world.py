"""The synthetic world: the same seed gives the same files, and what was planted is recovered."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from grading.build.impact import RULES, rule_impacts
from grading.database import connect_published
from grading.errors import BadInput
from grading.refresh import Outcome
from grading.world.generating import generate, truth_of
from grading.world.scorecard import Line, measure


def digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(200, seed, tmp_path / name)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert digest(truth_of(tmp_path / "a")) == digest(truth_of(tmp_path / "b"))
    assert digest(tmp_path / "a")["orders.csv"] != digest(tmp_path / "c")["orders.csv"]


def test_foreign_files_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "customers.csv").write_text("customer_ref\n")
    with pytest.raises(BadInput, match="holds files that were not generated"):
        generate(10, 1, tmp_path / "mine")


@pytest.fixture(scope="module")
def lines(sample: Path, published: Outcome) -> list[Line]:
    return measure(sample, published.release.parent.parent)


def test_what_was_planted_is_recovered(lines: list[Line]) -> None:
    for line in lines:
        if line.family == "duplicate pairs":
            assert line.planted > 20
            # Never merge two customers; find most of the copies that share anything at all.
            assert line.precision == 1.0 and line.recall is not None and line.recall > 0.6, line
        elif line.family == "defects, by line":
            assert (line.precision, line.recall) == (1.0, 1.0), line
        elif line.family == "kind":
            assert line.recall == 1.0, line
    assert {line.measure.split(" ")[0] for line in lines if line.family.startswith("defects")} >= {
        "ambiguous_date", "ambiguous_number", "invalid_email", "invalid_phone",
    }  # fmt: skip


def test_every_source_is_used(published: Outcome) -> None:
    with connect_published(published.release.parent.parent) as database:
        rows = database.execute(
            "select source_name, sum(accepted_rows) from marts.record_reconciliation group by 1 order by 1"
        ).fetchall()
        assert [name for name, accepted in rows if accepted > 0] == ["fxiaoke", "ga4", "landing", "zoho_crm"]
        systems = database.execute("select distinct source_system from marts.orders order by 1").fetchall()
        assert [row[0] for row in systems] == ["fxiaoke", "landing", "zoho_crm"]


def test_what_dirt_rule_impacts(published: Outcome) -> None:
    found = {cost.rule.code: cost for cost in rule_impacts(published.release.parent.parent)}
    assert found.keys() == {rule.code for rule in RULES}
    print()
    for cost in found.values():
        print(
            f"{cost.rule.code:18} tiers {cost.tier_changes:4} of {cost.customers}, money {cost.money_moved:12.2f} of {cost.net_amount:.2f}"
        )
    # What the sample is full of must cost something; money never moves by linking records, only customers do.
    for code in ("duplicate_rows", "order_status", "currencies", "refunds"):
        assert found[code].money_moved > 0, code
    assert found["currencies"].tier_changes > 0
    assert found["identity"].tier_changes > 0 and found["identity"].money_moved == 0
    assert found["superseded_rows"].tier_changes == 0  # the sample has no versions of orders


def test_the_world_has_the_shape_of_real_ones(tmp_path: Path) -> None:
    """Measured on published sets: who buys how much and when, who is anonymous, who answers, who browses, who pays late."""
    generate(6_000, 3, tmp_path / "world")
    with duckdb.connect() as database:
        for name in ("orders", "customers", "survey_responses"):
            path = tmp_path / "world" / f"{name}.csv"
            database.execute(f"create table {name} as from read_csv('{path}', header = true, all_varchar = true)")
        database.execute(f"create table events as from '{tmp_path / 'world' / 'ga4' / 'events.parquet'}'")
        database.execute(f"create table truth as from '{truth_of(tmp_path / 'world') / 'customers.csv'}'")

        def value(query: str) -> float:
            return float(database.execute(query).fetchall()[0][0])

        spend = (
            "select percent_rank() over (order by total desc) as place, total from (select customer_ref, "
            "sum(try_cast(amount as double)) as total from orders where currency = 'EUR' and customer_ref is not null group by 1) where total > 0"
        )
        assert 0.55 < value(f"select sum(total) filter (where place <= 0.2) / sum(total) from ({spend})") < 0.85
        late = "select avg(cast(month(try_cast(ordered_at as timestamp)) >= 11 as integer)) from orders where ordered_at like '2024-%'"
        assert 0.2 < value(late) < 0.32
        assert 0.15 < value("select avg(cast(customer_ref is null as integer)) from orders") < 0.25
        assert value("select count(distinct currency) from customers") == 8
        sessions = "select avg(cast(bought as integer)) from (select max(event_name = 'purchase') as bought from events group by user_pseudo_id, event_params[1].value.int_value)"
        assert 0.01 < value(sessions) <= 0.04
        nps = "select 100 * (avg(cast(score::integer >= 9 as integer)) - avg(cast(score::integer <= 6 as integer))) from survey_responses"
        assert -10 < value(nps) < 15
        modes = database.execute(
            "select score from survey_responses group by 1 order by count(*) desc limit 2"
        ).fetchall()
        assert {row[0] for row in modes} == {"8", "10"}
        once = value("select avg(cast(orders = 1 as integer)) from truth where orders > 0")
        assert 0.27 < once < 0.6
        share = "select avg(cast(is_later_default as integer)) from truth where kind = 'organisation' and months_in_arrears {}"
        assert value(share.format("= 0")) < 0.2 < 0.6 < value(share.format("= 3"))
        assert {row[0] for row in database.execute("select distinct customer_type from truth").fetchall()} == {
            "value", "potential", "convenience", "problem", "standard",
        }  # fmt: skip
