"""Customer lifetime value: published values, parameters found again, the SQL against scipy, the ladder, the interval."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import hyp2f1

from grading.fitting import clv

from .conftest import Built, Pipeline, shared, write

# r, alpha, a, b in weeks: Fader, Hardie and Lee (2005), table 2.
PUBLISHED = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
# p, q, v: Fader and Hardie (2013).
AMOUNTS = {"p": 6.25, "q": 3.74, "v": 15.44}


# ---- the fit


def cdnow() -> tuple[Any, ...]:
    days: dict[str, dict[date, float]] = {}
    for line in (shared("cdnow") / "CDNOW_sample.txt").read_text().splitlines():
        _, ref, text, _, amount = line.split()
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
        if day <= date(1997, 9, 30):
            days.setdefault(ref, {}).setdefault(day, 0)
            days[ref][day] += float(amount)
    ordered = [sorted(bought.items()) for bought in days.values()]
    x = np.array([len(bought) - 1.0 for bought in ordered])
    t_x = np.array([float((bought[-1][0] - bought[0][0]).days) for bought in ordered])
    age = np.array([float((date(1997, 9, 30) - bought[0][0]).days) for bought in ordered])
    mean = np.array([np.mean([amount for _, amount in bought[1:]]) if len(bought) > 1 else 0.0 for bought in ordered])
    return x, t_x, age, mean


def test_published_parameters_of_cdnow() -> None:
    """The log likelihood depends on the unit of time: in weeks -9582.4292 and -9582.1357, in days less by sum x ln 7."""
    x, t_x, age, mean = cdnow()
    weight = np.ones_like(x)
    bg, mbg = clv.bg_nbd(x, t_x / 7, age / 7, weight), clv.mbg_nbd(x, t_x / 7, age / 7, weight)
    assert list(bg.parameters.values()) == pytest.approx([0.242595, 4.413602, 0.792922, 2.425906], rel=2e-6)
    assert bg.log_likelihood == pytest.approx(-9582.4292, abs=1e-4)
    assert list(mbg.parameters.values()) == pytest.approx([0.524843, 6.183085, 0.891359, 1.614002], rel=2e-6)
    assert mbg.log_likelihood == pytest.approx(-9582.1357, abs=1e-4)
    assert clv.bg_nbd(x, t_x, age, weight).log_likelihood == pytest.approx(-14363.5304, abs=1e-4)
    assert clv.mbg_nbd(x, t_x, age, weight).log_likelihood == pytest.approx(-14363.2369, abs=1e-4)
    some = (x > 0) & (mean > 0)
    money = clv.gamma_gamma(x[some], mean[some], weight[some])
    assert list(money.parameters.values()) == pytest.approx([6.2496, 3.7442, 15.4435], abs=1e-4)
    assert money.log_likelihood == pytest.approx(-4055.9177, abs=1e-4)
    assert bg.is_converged and mbg.is_converged and money.is_converged and bg.customer_count == 2357


def simulated(count: int, seed: int, drops: bool = True) -> tuple[Any, ...]:
    """Histories under MBG/NBD with r .6, alpha 50 days, a .8, b 2.5; of nobody who leaves, without dropout."""
    dice = np.random.default_rng(seed)
    rate, chance = dice.gamma(0.6, 1 / 50, count), dice.beta(0.8, 2.5, count)
    age = dice.integers(30, 900, count).astype(float)
    x, t_x = np.zeros(count), np.zeros(count)
    for one in range(count):
        time = 0.0
        while not (drops and dice.random() < chance[one]):
            time += dice.exponential(1 / rate[one])
            if time > age[one]:
                break
            x[one] += 1
            t_x[one] = time
    return x, t_x, age, np.ones(count)


def test_parameters_are_found_again() -> None:
    """Planted ones within three standard errors; weights are as good as rows; equal input, equal output."""
    x, t_x, age, weight = simulated(6000, 1)
    fit = clv.mbg_nbd(x, t_x, age, weight)
    for name, planted in {"r": 0.6, "alpha": 50, "a": 0.8, "b": 2.5}.items():
        assert abs(fit.parameters[name] - planted) < 3 * fit.standard_errors[name], (name, fit)
    assert fit.is_converged
    doubled = clv.mbg_nbd(np.repeat(x, 2), np.repeat(t_x, 2), np.repeat(age, 2), np.ones(12000))
    weighted = clv.mbg_nbd(x, t_x, age, 2 * weight)
    assert doubled.parameters == pytest.approx(weighted.parameters, rel=1e-4)
    assert clv.mbg_nbd(x, t_x, age, weight) == fit


def test_amounts_are_found_again() -> None:
    dice = np.random.default_rng(2)
    x = dice.integers(1, 12, 4000).astype(float)
    scale = dice.gamma(4, 1 / 60, 4000)
    mean = dice.gamma(5 * x, 1 / (x * scale))
    fit = clv.gamma_gamma(x, mean, np.ones(4000))
    for name, planted in {"p": 5, "q": 4, "v": 60}.items():
        assert abs(fit.parameters[name] - planted) < 3 * fit.standard_errors[name], (name, fit)


def test_a_degenerate_fit_says_so() -> None:
    """Of customers who never leave a runs to nothing; of one history nothing can be told."""
    x, t_x, age, weight = simulated(1500, 3, drops=False)
    fit = clv.mbg_nbd(x, t_x, age, weight)
    assert fit.parameters["a"] < 0.01 or not fit.is_converged
    assert clv.nbd(x, t_x, age, weight).is_converged
    one = np.array([0.0])
    assert not clv.mbg_nbd(one, one, one + 10, one + 50).is_converged
    assert not clv.mbg_nbd(*[np.array([])] * 4).is_converged


# ---- the SQL


@pytest.fixture(scope="module")
def empty(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("clv")
    write(folder, "orders.csv", "order_ref,ordered_at,customer_ref,amount\n1,2025-06-30,a,10\n")
    return pipeline.run(folder, date(2025, 6, 30))


def scored(
    built: Built,
    histories: list[tuple[float, ...]],
    parameters: dict[str, float],
    horizon: float,
    discount: float = 0.0,
) -> Any:
    """Run the models of value over histories (x, t_x, T, mean amount) under given parameters: expected days, P(alive), mean
    amount and value of each. Time is in whatever unit the parameters are."""
    database = built.database
    database.execute("begin")
    try:
        key = "date '2025-06-30' as as_of_date, 'v1' as criteria_version, 'person' as customer_kind"
        rows = " union all ".join(
            f"select {key}, {number} as customer_key, true as is_buyer, {x} as repeat_purchase_days, {x} + 1 as purchase_days, "
            f"{age}::double as tenure_days, ({age} - {t_x})::double as recency_days, ({m} * {x} + 7)::decimal(18, 4) as net_amount, "
            f"7::decimal(18, 4) as first_day_amount"
            for number, (x, t_x, age, m) in enumerate(histories)
        )
        given = {"r": 0.5, "alpha": 50, "a": 0.8, "b": 2.5, **AMOUNTS, **parameters}
        columns = ", ".join(f"{value}::double as {name}" for name, value in given.items())
        replaced = {
            "int_purchases_measured": rows,
            "int_clv_parameters_by_date": f"select {key}, 'mbg_nbd' as clv_method, true as has_gamma_gamma, null::double as nbd_r, "
            f"null::double as nbd_alpha, null::double as daily_rate, 1.0::double as mean_amount, {columns}",
            "int_criteria_by_date": f"select * replace ({horizon}::double as clv_horizon_days, {discount} as clv_discount_share) "
            "from intermediate.int_criteria_by_date where customer_kind = 'person'",
            "int_value_bases": f"select {key}, null::decimal(18, 6) as margin_rate",
        }  # fmt: skip
        for name, sql in replaced.items():
            database.execute(f"create or replace table intermediate.{name} as {sql}")
        for node in built.models:
            if node.name in (
                "int_clv_periods",
                "int_clv_series",
                "int_clv_moments",
                "int_clv_expected",
                "int_clv_measured",
                "int_clv_scored",
            ):
                database.execute(node.create)
        return database.execute(
            "select pairs.expected_days * measured.alive, measured.alive, measured.mean_amount, scored.clv_amount, scored.clv_low_amount, "
            "scored.clv_high_amount from intermediate.int_clv_measured as measured "
            "join intermediate.int_clv_expected as pairs using (repeat_purchase_days, tenure_days) "
            "join intermediate.int_clv_scored as scored using (customer_key) order by customer_key"
        ).fetchall()
    finally:
        database.execute("rollback")


def test_published_values(empty: Built) -> None:
    """Weeks, at the published parameters of BG/NBD: expected purchases of 39 weeks, P(alive), expected amounts."""
    histories = [(0, 0, 38.86, 0), (2, 30.43, 38.86, 20), (0, 0, 100, 0), (1, 10, 38.86, 20), (10, 30, 38.86, 20)]
    found = scored(empty, histories, PUBLISHED, 39)
    assert [row[0] for row in found[:2]] == pytest.approx([0.127461, 1.340497], abs=1e-6)
    assert [row[1] for row in found[:3]] == pytest.approx([0.6373, 0.7744, 0.5865], abs=1e-4)
    assert [found[number][2] for number in (0, 3, 4)] == pytest.approx([35.2190, 24.6385, 20.6392], abs=1e-4)
    # Without discount the value is expected purchases times expected amount.
    assert [float(row[3]) for row in found] == pytest.approx([row[0] * row[2] for row in found], abs=1e-4)


@pytest.mark.parametrize(
    "parameters",
    [{"r": 0.5, "alpha": 50, "a": 0.8, "b": 2.5}, {"r": 0.3, "alpha": 7, "a": 0.05, "b": 4}, {"r": 2.5, "alpha": 300, "a": 3.7, "b": 9},
     {"r": 1.9, "alpha": 2, "a": 1.000001, "b": 0.4}],
    ids=["usual", "short", "sticky", "limit"],
)  # fmt: skip
def test_expected_purchases_equal_the_published_formula(empty: Built, parameters: dict[str, float]) -> None:
    """Batislam et al. (2007) as it is printed, by scipy, for few and many purchases, new and old customers."""
    r, alpha, a, b = parameters.values()
    histories = [(x, age, age, 10) for x in (0, 1, 5, 102, 400) for age in (0, 1, 40, 365, 1500)]
    found = [row[0] / row[1] for row in scored(empty, histories, parameters, 365)]
    for (x, _, age, _), value in zip(histories, found, strict=True):
        z = 365 / (alpha + age + 365)
        euler = (1 - z) ** (a - 1) * hyp2f1(a + b - r, a - 1, a + b + x, z)
        assert value == pytest.approx((a + b + x) / (a - 1) * (1 - euler), rel=1e-8), (x, age)
        if x <= 5:
            # As printed; scipy loses its digits where purchases are many.
            printed = ((alpha + age) / (alpha + age + 365)) ** (r + x) * hyp2f1(r + x, b + x + 1, a + b + x, z)
            assert value == pytest.approx((a + b + x) / (a - 1) * (1 - printed), rel=1e-6), (x, age)


def test_discount_is_that_of_the_periods(empty: Built) -> None:
    """Twelve periods, each discounted to its end: between one year's discount and none, and by hand for one purchase history."""
    history = [(3, 300.0, 400.0, 20)]
    parameters = {"r": 0.5, "alpha": 50.0, "a": 0.8, "b": 2.5}
    plain, discounted = (float(scored(empty, history, parameters, 365, share)[0][3]) for share in (0.0, 0.1))
    ends = [365 * period / 12 for period in range(1, 13)]
    days = [scored(empty, history, parameters, end)[0][0] for end in ends]
    amount = scored(empty, history, parameters, 365)[0][2]
    steps = [later - earlier for earlier, later in zip([0.0, *days[:-1]], days, strict=True)]
    by_hand = sum(step * 1.1 ** (-end / 365.25) for step, end in zip(steps, ends, strict=True)) * amount
    assert discounted == pytest.approx(by_hand, abs=1e-4)
    assert plain / 1.1 < discounted < plain


def test_interval_holds_what_is_drawn(empty: Built) -> None:
    """Of drawn futures of customers with one history about four in five lie inside: seeded draws of the model itself."""
    parameters = {"r": 2.0, "alpha": 60.0, "a": 0.8, "b": 8.0}
    x, t_x, age, mean = 12.0, 380.0, 400.0, 50.0
    row = scored(empty, [(12, t_x, age, mean)], parameters, 365)[0]
    dice = np.random.default_rng(5)
    p, q, v = AMOUNTS.values()
    futures = []
    for _ in range(4000):
        rate, chance = (
            dice.gamma(parameters["r"] + x, 1 / (parameters["alpha"] + age)),
            dice.beta(parameters["a"], parameters["b"] + x + 1),
        )
        scale, time, total = dice.gamma(p * x + q, 1 / (v + x * mean)), 0.0, 0.0
        is_alive = dice.random() < float(row[1])
        while is_alive:
            time += dice.exponential(1 / rate)
            if time > 365:
                break
            total += dice.gamma(p, 1 / scale)
            is_alive = dice.random() >= chance
        futures.append(total)
    inside = np.mean([float(row[4]) <= future <= float(row[5]) for future in futures])
    assert 0.7 < inside < 0.9, inside
    assert float(row[3]) == pytest.approx(np.mean(futures), rel=0.05)


# ---- the ladder


@pytest.mark.parametrize(
    ("numbers", "method"),
    [
        ({}, "mbg_nbd"),
        ({"clv_max_dropout_parameter": 0}, "nbd"),
        ({"clv_min_customers": 10**6}, "own_rate"),
        ({"clv_min_repeaters": 10**6}, "own_rate"),
        ({"clv_min_history_days": 36500}, "own_rate"),
        ({"clv_own_rate_min_customers": 10**6}, "cohort_mean"),
    ],
    ids=["model", "no_dropout", "few_customers", "few_repeaters", "short_history", "few_buyers"],
)
def test_the_ladder(pipeline: Pipeline, sample: Path, numbers: dict[str, int], method: str) -> None:
    built = pipeline.run(sample, numbers={"clv_min_customers": 50, "clv_min_repeaters": 10, **numbers})
    found = built.rows(
        "select distinct clv_method from marts.customer_grades where lifecycle_stage <> 'prospect' and customer_kind = 'person'"
    )
    assert found == [(method,)]
    wrong = built.rows(
        "select count(*) from marts.customer_grades where lifecycle_stage <> 'prospect' and not "
        "(clv_low_amount between 0 and clv_amount and clv_amount <= clv_high_amount and probability_alive between 0 and 1 and isfinite(clv_amount::double))"
    )
    assert wrong == [(0,)]
    assert built.failed_tests() == {}
