"""Earlier grades against what happened since: our orders of customers beside naive ones, with the error of the difference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from grading.database import connect_published
from grading.errors import BadInput

Numbers = NDArray[np.float64]

OURS = ("overall_score", "clv_amount", "expected_purchases")
BOOSTING = ("boosting_amount", "boosting_return")
NAIVE = ("past_net_amount", "net_amount_365d", "recency", "purchase_days")

HISTORY = """
    with later as (
        select customer_id, sum(amount) as later_amount, max(is_order) as has_returned
        from (
            select customer_id, gross_amount as amount, 1 as is_order from marts.orders
            where is_purchase and order_date > $start and order_date <= $until
            union all
            select customer_id, -refunded_amount, 0 from marts.refunds where effective_date > $start and effective_date <= $until
        )
        group by customer_id
    )
    select
        history.overall_score::double as overall_score,
        history.clv_amount::double as clv_amount,
        history.expected_purchase_days::double as expected_purchases,
        history.net_amount::double as past_net_amount,
        history.net_amount_365d::double as net_amount_365d,
        -history.recency_days::double as recency,
        history.purchase_days::double as purchase_days,
        history.order_count::double as order_count,
        coalesce(later.later_amount, 0)::double as later_amount,
        coalesce(later.has_returned, 0)::double as has_returned
    from marts.customer_grade_history as history
    left join later using (customer_id)
    where history.as_of_date = $start and history.customer_kind = $kind and history.lifecycle_stage <> 'prospect'
    order by customer_id
"""


@dataclass(frozen=True)
class Line:
    """One order of the buyers of a kind: capture of later net sales in the first tenth, its difference to the best naive order with
    the interval that holds 95 % of paired resamples, AUC of coming back."""

    order: str
    capture: float
    difference: float
    low: float
    high: float
    auc: float


@dataclass(frozen=True)
class Backtest:
    """Of one kind: when it started, how many buyers, how many came back, the best naive order, a line for each order."""

    kind: str
    start: date
    days: int
    buyers: int
    returned: int
    later_amount: float
    best_naive: str
    lines: list[Line]
    challenge: tuple[str, float, float, float] | None = None
    """Our best order, the capture of boosting less its, and the interval of that."""


def backtest(
    warehouse: Path, days: int, resamples: int = 500, seed: int = 1, *, has_challenger: bool = False
) -> list[Backtest]:
    """Grades of the last month end from which so many days have passed. Raises BadInput if no graded date is that old, and with a
    challenger if none is twice as old: it learns from the days before."""
    with connect_published(warehouse) as database:
        return compare_orders(database, days, resamples, seed, has_challenger=has_challenger)


def compare_orders(
    database: duckdb.DuckDBPyConnection, days: int, resamples: int = 500, seed: int = 1, *, has_challenger: bool = False
) -> list[Backtest]:
    """The same of the marts of a connection."""
    as_of = database.execute("select as_of_date from marts.publication").fetchall()[0][0]
    start = _start(database, as_of, days)
    found = []
    for kind in ("organisation", "person"):
        data = _outcomes(database, kind, start, days)
        if len(data["later_amount"]) and data["later_amount"].sum() > 0:
            if has_challenger:
                earlier = _outcomes(database, kind, _start(database, start, days), days)
                # From days in which nobody came back, or everybody did, nothing is learnt.
                if earlier["later_amount"].sum() > 0 and 0 < earlier["has_returned"].sum() < len(
                    earlier["has_returned"]
                ):
                    data |= _boosted(earlier, data)
            found.append(_compared(kind, start, days, data, resamples, seed))
    return found


def _start(database: duckdb.DuckDBPyConnection, until: date, days: int) -> date:
    dates = database.execute(
        "select max(as_of_date) from marts.customer_grade_history where as_of_date <= $1", [until - timedelta(days)]
    ).fetchall()
    if dates[0][0] is None:
        raise BadInput(f"No grades are as old as {days} days before {until}; the history has twelve month ends.")
    start: date = dates[0][0]
    return start


def _outcomes(database: duckdb.DuckDBPyConnection, kind: str, start: date, days: int) -> dict[str, Numbers]:
    columns = database.execute(HISTORY, {"start": start, "until": start + timedelta(days), "kind": kind}).fetchnumpy()
    return {name: np.ma.filled(np.ma.asarray(values, dtype=np.float64), 0.0) for name, values in columns.items()}


def _boosted(earlier: dict[str, Numbers], data: dict[str, Numbers]) -> dict[str, Numbers]:
    """Gradient boosting, fitted on the days before: what will be bought (Poisson deviance), and the chance of coming back. Its settings
    stand in docs/model_card.md. Raises BadInput without scikit-learn."""
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    except ImportError:
        raise BadInput("The challenger needs scikit-learn: pip install 'customer-grading[ml]'.") from None
    names = [name for name in data if name not in ("later_amount", "has_returned", "overall_score")]
    known, asked = (np.column_stack([rows[name] for name in names]) for rows in (earlier, data))
    settings = {
        "max_iter": 200,
        "learning_rate": 0.05,
        "min_samples_leaf": 20,
        "early_stopping": False,
        "random_state": 0,
    }
    amount = HistGradientBoostingRegressor(loss="poisson", **settings)
    amount.fit(known, np.maximum(earlier["later_amount"], 0.0))
    returning = HistGradientBoostingClassifier(**settings)
    returning.fit(known, earlier["has_returned"] > 0)
    return {"boosting_amount": amount.predict(asked), "boosting_return": returning.predict_proba(asked)[:, 1]}


def _compared(kind: str, start: date, days: int, data: dict[str, Numbers], resamples: int, seed: int) -> Backtest:
    later, returned = data["later_amount"], data["has_returned"] > 0
    orders = [name for name in (*OURS, *BOOSTING, *NAIVE) if name in data]
    places = {name: np.argsort(-data[name], kind="stable") for name in orders}
    perfect = np.argsort(-later, kind="stable")
    captures = {name: _capture(place, later, np.ones_like(later)) for name, place in places.items()}
    best = max(NAIVE, key=lambda name: captures[name])
    dice = np.random.default_rng(seed)
    draws = min(resamples, max(50, 25_000_000 // len(later)))
    differences: dict[str, list[float]] = {name: [] for name in places}
    for _ in range(draws):
        weight = np.bincount(dice.integers(0, len(later), len(later)), minlength=len(later)).astype(np.float64)
        base = _capture(places[best], later, weight)
        for name, place in places.items():
            differences[name].append(_capture(place, later, weight) - base)
    lines = [
        Line(
            name,
            captures[name],
            captures[name] - captures[best],
            *_interval(differences[name]),
            _auc(data[name], returned),
        )
        for name in places
    ]
    lines.append(
        Line("perfect", _capture(perfect, later, np.ones_like(later)), float("nan"), float("nan"), float("nan"), 1.0)
    )
    challenge = None
    if "boosting_amount" in data:
        ours = max(OURS, key=lambda name: captures[name])
        draws_of = [np.asarray(differences[name]) for name in ("boosting_amount", ours)]
        challenge = (ours, captures["boosting_amount"] - captures[ours], *_interval(list(draws_of[0] - draws_of[1])))
    return Backtest(kind, start, days, len(later), int(returned.sum()), float(later.sum()), best, lines, challenge)


def _capture(place: NDArray[np.int64], later: Numbers, weight: Numbers) -> float:
    """Share of later sales that the first tenth made; a customer who was drawn twice counts twice."""
    ordered = weight[place]
    first = np.cumsum(ordered) <= np.ceil(ordered.sum() / 10)
    total = float(np.dot(weight, later))
    return float(np.dot(ordered[first], later[place][first])) / total if total else 0.0


def _interval(differences: list[float]) -> tuple[float, float]:
    low, high = np.quantile(differences, [0.025, 0.975])
    return float(low), float(high)


def _auc(values: Numbers, returned: NDArray[np.bool_]) -> float:
    """Chance that one who came back has the greater value; a tie is half a chance."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    yes, no = int(returned.sum()), int((~returned).sum())
    return float((middle[returned].sum() - yes * (yes + 1) / 2) / (yes * no)) if yes and no else float("nan")
