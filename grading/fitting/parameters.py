"""Fit the models behind customer lifetime value on what dbt counted, and write the parameters as a raw table for the rest of the build."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from grading.database import write_parquet
from grading.fitting import clv

# The statistics are this model; what depends on the parameters is built after it.
STATISTICS = "int_clv_statistics"
COLUMNS = {
    "fitted_as_of": "date", "criteria_version": "varchar", "customer_kind": "varchar", "model": "varchar", "r": "double",
    "alpha": "double", "a": "double", "b": "double", "p": "double", "q": "double", "v": "double", "standard_errors": "varchar",
    "log_likelihood": "double", "customer_count": "integer", "is_converged": "boolean",
}  # fmt: skip
# Fewer tell nothing of how customers differ.
MIN_CUSTOMERS = 20


def clv_parameters_file(release: Path) -> Path:
    """Where a release has its parameters."""
    return release / "raw" / "grading" / "clv_parameters" / "clv_parameters.parquet"


def write_clv_parameters(release: Path, rows: list[tuple[Any, ...]]) -> None:
    """Write the raw table; without rows it is there, and empty."""
    path = clv_parameters_file(release)
    path.unlink(missing_ok=True)
    write_parquet(path, COLUMNS, rows)


def fit_clv_parameters(database: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Fit every date due and kind in a database that holds the statistics. The rival BG/NBD for the as-of date only."""
    groups = database.execute(
        f"select statistics.as_of_date, statistics.criteria_version, statistics.customer_kind, due.is_current "
        f"from intermediate.{STATISTICS} as statistics join intermediate.int_dates_due as due using (as_of_date, criteria_version) "
        f"group by all having sum(customer_count) >= {MIN_CUSTOMERS} order by 1, 2, 3"
    ).fetchall()
    rows = []
    for *group, is_current in groups:
        for fit in _fits(database, group, is_current):
            values = fit.parameters
            errors = ";".join(f"{name}={error:g}" for name, error in fit.standard_errors.items())
            rows.append(
                (*group, fit.model, *(values.get(name) for name in ("r", "alpha", "a", "b", "p", "q", "v")), errors,
                 fit.log_likelihood, fit.customer_count, fit.is_converged)
            )  # fmt: skip
    return rows


def _fits(database: duckdb.DuckDBPyConnection, group: list[Any], is_current: bool) -> Iterator[clv.Fit]:
    where = "as_of_date = ? and criteria_version = ? and customer_kind = ?"
    purchases = database.execute(
        "select repeat_purchase_days::double, last_purchase_days::double, tenure_days::double, sum(customer_count)::double "
        f"from intermediate.{STATISTICS} where {where} group by all order by all",
        group,
    ).fetchnumpy()
    x, t_x, age, weight = (np.asarray(column, dtype=np.float64) for column in purchases.values())
    # A start from which the search runs out of the numbers tells by its result.
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        yield clv.mbg_nbd(x, t_x, age, weight)
        yield clv.nbd(x, t_x, age, weight)
        if is_current:
            yield clv.bg_nbd(x, t_x, age, weight)
        amounts = database.execute(
            "select repeat_purchase_days::double, mean_repeat_amount::double, sum(customer_count)::double "
            f"from intermediate.{STATISTICS} where {where} and mean_repeat_amount > 0 group by all order by all",
            group,
        ).fetchnumpy()
        x, amount, weight = (np.asarray(column, dtype=np.float64) for column in amounts.values())
        if weight.sum() >= MIN_CUSTOMERS:
            yield clv.gamma_gamma(x, amount, weight)
