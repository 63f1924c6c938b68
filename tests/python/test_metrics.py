"""Metrics: each that is declared, asked through MetricFlow, is what hand-written SQL says, as a whole and by classes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from grading.build.linked import PARTS
from grading.database import PUBLISHED
from grading.evaluation.metrics import Answer, ask, known_classes, known_metrics
from grading.refresh import Outcome

from .conftest import HOME
from .test_refresh import run

GRADES = "from marts.customer_grades"
ORDERS = "from marts.orders"
ANSWERS = "from marts.survey_answers where nps_class is not null"
SQL = {
    "graded_customers": f"select count(*) {GRADES}",
    "buyers": f"select count(*) {GRADES} where order_count > 0 and lifecycle_stage <> 'prospect'",
    "active_customers": f"select count(*) {GRADES} where lifecycle_stage in ('new', 'active', 'reactivated')",
    "churned_customers": f"select count(*) {GRADES} where lifecycle_stage = 'churned'",
    "churned_share": f"select avg(case when lifecycle_stage = 'churned' then 1.0 else 0 end) {GRADES} where lifecycle_stage <> 'prospect'",
    "earlier_buyers": f"select count(*) {GRADES} where net_amount_prior_365d > 0",
    "kept_buyers": f"select count(*) {GRADES} where net_amount_prior_365d > 0 and net_amount_365d > 0",
    "retention_rate": f"select avg(case when net_amount_365d > 0 then 1.0 else 0 end) {GRADES} where net_amount_prior_365d > 0",
    "net_revenue_365d": f"select sum(net_amount_365d) {GRADES}",
    "high_value_revenue_365d": f"select sum(net_amount_365d) {GRADES} where value_tier = 'high'",
    "high_value_revenue_share": f"select sum(net_amount_365d) filter (where value_tier = 'high') / sum(net_amount_365d) {GRADES}",
    "customer_lifetime_value": f"select sum(clv_amount) {GRADES}",
    "mean_overall_score": f"select avg(overall_score) {GRADES}",
    "purchases": f"select count(*) {ORDERS} where is_purchase",
    "purchasing_customers": f"select count(distinct customer_id) {ORDERS} where is_purchase",
    "gross_revenue": f"select sum(gross_amount) {ORDERS}",
    "refunded_revenue": f"select sum(refunded_amount) {ORDERS}",
    "net_revenue": f"select sum(gross_amount) - sum(refunded_amount) {ORDERS}",
    "margin": f"select sum(margin_amount) {ORDERS}",
    "average_order_value": f"select sum(gross_amount) / count(*) {ORDERS} where is_purchase",
    "refund_rate": f"select sum(refunded_amount) / sum(gross_amount) {ORDERS}",
    "nps_answers": f"select count(*) {ANSWERS}",
    "promoter_balance": f"select 100 * (count(*) filter (where nps_class = 'promoter') - count(*) filter (where nps_class = 'detractor')) {ANSWERS}",
    "nps": "select 100.0 * (count(*) filter (where nps_class = 'promoter') - count(*) filter (where nps_class = 'detractor')) / count(*) "
    f"{ANSWERS}",
}  # fmt: skip
BY = {
    ("net_revenue", "customer__market"): "select market, sum(net_amount) from marts.orders left join marts.customers using (customer_id) group by 1",
    ("net_revenue", "metric_time__month"): "select date_trunc('month', order_date), sum(net_amount) from marts.orders group by 1",
    ("net_revenue_365d", "customer__value_tier"): f"select value_tier, sum(net_amount_365d) {GRADES} group by 1",
    ("average_order_value", "order__channel"): "select channel, sum(gross_amount) / nullif(count(*) filter (where is_purchase), 0) from marts.orders group by 1",
    ("nps", "customer__value_tier"): "select value_tier, 100.0 * (count(*) filter (where a.nps_class = 'promoter') "
    "- count(*) filter (where a.nps_class = 'detractor')) / count(*) from marts.survey_answers a left join marts.customer_grades using (customer_id) "
    "where a.nps_class is not null group by 1",
    ("retention_rate", "customer__customer_kind"): f"select customer_kind, avg(case when net_amount_365d > 0 then 1.0 else 0 end) {GRADES} "
    "where net_amount_prior_365d > 0 group by 1",
}  # fmt: skip


@pytest.fixture(scope="module")
def asked(published: Outcome) -> dict[tuple[str, ...], Answer]:
    """(metric, class by which) -> answer of MetricFlow."""
    questions = [(name,) for name in SQL] + list(BY)
    answers = ask(published.release / PUBLISHED, [([name], list(groups)) for name, *groups in questions])
    return dict(zip(questions, answers, strict=True))


def test_every_metric_is_asked() -> None:
    assert set(known_metrics()) == set(SQL)


def test_a_file_that_changed_is_parsed_again(tmp_path: Path) -> None:
    """dbt keeps what it parsed, and parses files that changed again: the project still has each metric once."""
    for name in PARTS:
        (tmp_path / name).symlink_to(HOME / name)
    (tmp_path / "models").unlink()
    shutil.copytree(HOME / "models", tmp_path / "models")
    environment = os.environ | {"DBT_PROFILES_DIR": str(HOME / "profiles"), "DO_NOT_TRACK": "1"}
    for change in (
        None,
        *sorted(
            path.relative_to(tmp_path)
            for path in (tmp_path / "models/marts").rglob("*.yml")
            if "metrics:" in path.read_text()
        ),
    ):
        if change is not None:
            text = (tmp_path / change).read_text(encoding="utf-8")
            (tmp_path / change).write_text(text.replace("label: ", "label: Now ", 1), encoding="utf-8")
        command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "parse"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (change, done.stdout[-2000:])


def test_the_command_and_what_it_does_not_know(published: Outcome) -> None:
    warehouse = published.release.parent.parent
    code, output = run(
        "metric", "net_revenue", "average_order_value", "--by", "customer__market", "--json", "--warehouse", warehouse
    )
    rows = json.loads(output)
    assert code == 0 and len(rows) > 3 and set(rows[0]) == {"customer__market", "net_revenue", "average_order_value"}
    code, output = run("metric", "--warehouse", warehouse)
    assert code == 0 and all(name in output for name in SQL)
    code, output = run("metric", "revenue", "--warehouse", warehouse)
    assert code == 2 and "net_revenue" in output
    code, output = run("metric", "net_revenue", "--by", "channel", "--warehouse", warehouse)
    assert code == 2 and "net_revenue: not by channel; by customer__" in output and "Is order__channel meant?" in output


def test_metrics_can_be_asked_by_every_class_that_is_listed(published: Outcome) -> None:
    """A question by each; and a class of orders is none of graded customers."""
    classes = known_classes()
    questions = [
        ([name], [group])
        for name in ("graded_customers", "net_revenue", "nps", "customers")
        if name in classes
        for group in classes[name]
    ]
    answers = ask(published.release / PUBLISHED, questions)
    assert len(answers) > 50 and all(answer.rows for answer in answers)
    assert "order__channel" in classes["net_revenue"] and "order__channel" not in classes["graded_customers"]


@pytest.mark.parametrize("name", SQL)
def test_a_metric_is_what_sql_says(asked: dict[tuple[str, ...], Answer], published: Outcome, name: str) -> None:
    with duckdb.connect(str(published.release / PUBLISHED), read_only=True) as database:
        (expected,) = database.execute(SQL[name]).fetchall()[0]
    ((found,),) = asked[(name,)].rows
    assert found == pytest.approx(float(expected))


@pytest.mark.parametrize("key", BY, ids=lambda key: f"{key[0]} by {key[1]}")
def test_a_metric_by_classes(asked: dict[tuple[str, ...], Answer], published: Outcome, key: tuple[str, str]) -> None:
    with duckdb.connect(str(published.release / PUBLISHED), read_only=True) as database:
        expected = {str(group): value for group, value in database.execute(BY[key]).fetchall()}
    found = {str(group): value for group, value in asked[key].rows}
    assert len(found) > 1 and found == pytest.approx(
        {group: None if value is None else float(value) for group, value in expected.items()}
    )
