"""Seconds and digits of customer lifetime value beside `lifetimes`: `python benchmarks/clv.py [WAREHOUSE]`.

Needs `pip install lifetimes` in an environment with duckdb. Takes the buyers of the last refresh whose kind has a fitted MBG/NBD, lets
lifetimes score them with the same parameters and fit its own, and prints both beside what the refresh took and published. lifetimes fits on
at most 50,000 of them, as the refresh does.
"""

import json
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
from lifetimes import ModifiedBetaGeoFitter

OURS = (
    "int_clv_statistics",
    "int_clv_moments",
    "int_clv_series",
    "int_clv_expected",
    "int_clv_measured",
    "int_clv_scored",
)
BUYERS = """
    select measures.repeat_purchase_days as x, measures.tenure_days - measures.recency_days as t_x, measures.tenure_days as age,
        scored.expected_purchase_days::double as expected, scored.probability_alive::double as alive
    from build.intermediate.int_clv_scored as scored
    join build.intermediate.int_purchases_measured as measures using (as_of_date, criteria_version, customer_key)
    where measures.is_current and measures.customer_kind = $1 and scored.clv_method = 'mbg_nbd'
"""


def main(warehouse: Path) -> None:
    """Compare, a line for each kind."""
    release = (warehouse / "current").resolve()
    with duckdb.connect() as database:
        database.execute(f"attach '{release}/build.duckdb' as build (read_only)")
        database.execute(f"attach '{release}/customer_grading.duckdb' as published (read_only)")
        fits = database.execute(
            "select customer_kind, r, alpha, a, b from published.marts.clv_parameters where model = 'mbg_nbd' and is_used"
        ).fetchall()
        for kind, r, alpha, a, b in fits:
            x, t_x, age, expected, alive = (
                np.asarray(column, dtype=float) for column in database.execute(BUYERS, [kind]).fetchnumpy().values()
            )
            model = ModifiedBetaGeoFitter()
            model.params_ = dict(zip(("r", "alpha", "a", "b"), (r, alpha, a, b), strict=True))
            begun = time.perf_counter()
            theirs = model.conditional_expected_number_of_purchases_up_to_time(365, x, t_x, age)
            chance = model.conditional_probability_alive(x, t_x, age)
            scored = time.perf_counter() - begun
            known = np.isfinite(theirs)
            chosen = np.random.default_rng(0).permutation(len(x))[:50_000]
            begun = time.perf_counter()
            fitted = ModifiedBetaGeoFitter().fit(x[chosen], t_x[chosen], age[chosen])
            spent = time.perf_counter() - begun
            theirs_fitted = " ".join(f"{value:.4g}" for value in fitted.params_)
            print(
                f"{kind}: {len(x):,} buyers; lifetimes scores them in {scored:.1f} s, {int((~known).sum()):,} without a number"
            )
            print(f"  fits in {spent:.1f} s: {theirs_fitted}; ours {r:.4g} {alpha:.4g} {a:.4g} {b:.4g}")
            print(
                f"  largest difference of purchases in 365 days {np.abs(theirs - expected)[known].max():.1e}, of the chance of being alive "
                f"{np.abs(chance - alive).max():.1e}"
            )
    results = json.loads((release / "target" / "run_results.json").read_text())["results"]
    took = {one["unique_id"].rpartition(".")[2]: one["execution_time"] for one in results}
    print(
        f"The refresh took {sum(took.get(name, 0) for name in OURS):.1f} s for all kinds and dates due, the fit apart."
    )


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "warehouse"))
