"""Metrics: each that is declared, asked through MetricFlow, is what hand-written SQL says, as a whole and by classes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from grading.database import PUBLISHED
from grading.refresh import Outcome

from .conftest import HOME

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
def asked(published: Outcome, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], list[list[Any]]]:
    """(metric, class by which) -> rows, by MetricFlow in a process of its own, in a project that is linked to this one."""
    project = tmp_path_factory.mktemp("metrics")
    for name in ("dbt_project.yml", "models", "macros", "seeds", "analyses", "tests", "profiles"):
        (project / name).symlink_to(HOME / name)
    environment = os.environ | {
        "GRADING_TARGET": "published", "GRADING_PUBLISHED": str(published.release / PUBLISHED), "DBT_PROFILES_DIR": str(HOME / "profiles"),
        "DO_NOT_TRACK": "1",
    }  # fmt: skip
    parse = [sys.executable, "-m", "dbt.cli.main", "--quiet", "parse"]
    subprocess.run(parse, cwd=project, env=environment, check=True)
    questions = [[name] for name in SQL] + [list(key) for key in BY]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "ask_metrics.py")], cwd=project, env=environment, input=json.dumps(questions), text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return {tuple(question): rows for question, rows in json.loads(done.stdout.splitlines()[-1])}


def test_every_metric_is_asked() -> None:
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (HOME / "models/marts").rglob("*.yml")]
    assert {
        metric["name"] for file in files for model in file.get("models", []) for metric in model.get("metrics", [])
    } == set(SQL)


@pytest.mark.parametrize("name", SQL)
def test_a_metric_is_what_sql_says(asked: dict[tuple[str, ...], Any], published: Outcome, name: str) -> None:
    with duckdb.connect(str(published.release / PUBLISHED), read_only=True) as database:
        (expected,) = database.execute(SQL[name]).fetchall()[0]
    ((found,),) = asked[(name,)]
    assert found == pytest.approx(float(expected))


@pytest.mark.parametrize("key", BY, ids=lambda key: f"{key[0]} by {key[1]}")
def test_a_metric_by_classes(asked: dict[tuple[str, ...], Any], published: Outcome, key: tuple[str, str]) -> None:
    with duckdb.connect(str(published.release / PUBLISHED), read_only=True) as database:
        expected = {str(group): value for group, value in database.execute(BY[key]).fetchall()}
    found = {str(group): value for group, value in asked[key]}
    assert len(found) > 1 and found == pytest.approx(
        {group: None if value is None else float(value) for group, value in expected.items()}
    )
