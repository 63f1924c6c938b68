"""Maximum likelihood of the models behind customer lifetime value, on grouped statistics.

BG/NBD: Fader, Hardie and Lee, "Counting your customers the easy way", Marketing Science 24 (2005). MBG/NBD: Batislam,
Denizel and Filiztekin, "Empirical validation and comparison of models for customer base analysis", International Journal of
Research in Marketing 24 (2007). Gamma-Gamma: Fader and Hardie, "The gamma-gamma model of monetary value" (2013). NBD is
MBG/NBD in which nobody leaves.

A statistic is (x, t_x, T): repeat purchase days, days from the first purchase to the last, days from the first to the date;
of money (x, m): repeat purchase days and their mean amount. Each has a weight, the number of customers who share it.
Parameters are fitted on a log scale by L-BFGS-B with the analytic gradient, from fixed starts, with time and money scaled; what is
returned is in days and in the reporting currency, to six significant digits, so that the last bits of a machine move no grade.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln, psi

Numbers = NDArray[np.float64]
Objective = Callable[[Numbers], tuple[float, Numbers]]

DIGITS = 6
STARTS = (0.0, 1.0)
LOWEST, HIGHEST = np.log(1e-4), np.log(1e4)


@dataclass(frozen=True)
class Fit:
    """Fitted parameters by name, their standard errors, the log likelihood (days, reporting currency), customers, and whether the
    optimum was found inside the bounds."""

    model: str
    parameters: dict[str, float]
    standard_errors: dict[str, float]
    log_likelihood: float
    customer_count: int
    is_converged: bool


def mbg_nbd(x: Numbers, t_x: Numbers, age: Numbers, weight: Numbers) -> Fit:
    """MBG/NBD: r, alpha (days), a, b. Arrays of one length n; weight is the number of customers with the statistic."""
    return _of_purchases("mbg_nbd", x, t_x, age, weight)


def bg_nbd(x: Numbers, t_x: Numbers, age: Numbers, weight: Numbers) -> Fit:
    """BG/NBD: r, alpha (days), a, b. Arrays of one length n; weight is the number of customers with the statistic."""
    return _of_purchases("bg_nbd", x, t_x, age, weight)


def nbd(x: Numbers, t_x: Numbers, age: Numbers, weight: Numbers) -> Fit:
    """NBD, nobody leaves: r, alpha (days). Arrays of one length n; weight is the number of customers with the statistic."""
    return _of_purchases("nbd", x, t_x, age, weight)


def gamma_gamma(x: Numbers, mean_amount: Numbers, weight: Numbers) -> Fit:
    """Gamma-Gamma: p, q, v (reporting currency), of customers with x > 0 and a mean amount above 0. Arrays of one length n."""
    scale = float(np.average(mean_amount, weights=weight)) if weight.sum() else 1.0

    def objective(amount: Numbers) -> Objective:
        def of(theta: Numbers) -> tuple[float, Numbers]:
            p, q, v = np.exp(theta)
            total = np.log(x * amount + v)
            likelihood = (
                gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v) + (p * x - 1) * np.log(amount)
                + p * x * np.log(x) - (p * x + q) * total
            )  # fmt: skip
            slopes = (
                x * (psi(p * x + q) - psi(p * x) + np.log(amount) + np.log(x) - total),
                psi(p * x + q) - psi(q) + np.log(v) - total,
                q / v - (p * x + q) / (x * amount + v),
            )
            return _weighted(likelihood, slopes, (p, q, v), weight)

        return of

    scaled, converged = _best(objective(mean_amount / scale), 3, weight)
    found = np.exp(scaled) * np.array([1, 1, scale])
    return _fit("gamma_gamma", ("p", "q", "v"), found, objective(mean_amount), weight, converged)


def _of_purchases(model: str, x: Numbers, t_x: Numbers, age: Numbers, weight: Numbers) -> Fit:
    names = ("r", "alpha") if model == "nbd" else ("r", "alpha", "a", "b")
    scale = float(age.max()) if len(age) and age.max() > 0 else 1.0

    def objective(unit: float) -> Objective:
        def of(theta: Numbers) -> tuple[float, Numbers]:
            parameters = np.exp(theta)
            likelihood, slopes = _likelihood(model, parameters, x, t_x / unit, age / unit)
            return _weighted(likelihood, slopes, tuple(parameters), weight)

        return of

    scaled, converged = _best(objective(scale), len(names), weight)
    found = np.exp(scaled)
    found[1] *= scale
    return _fit(model, names, found, objective(1.0), weight, converged)


def _likelihood(
    model: str, parameters: Numbers, x: Numbers, t_x: Numbers, age: Numbers
) -> tuple[Numbers, tuple[Numbers, ...]]:
    """Log likelihood of each statistic, and its slope in each parameter."""
    r, alpha = parameters[:2]
    until_now, until_last = np.log(alpha + age), np.log(alpha + t_x)
    rate = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    if model == "nbd":
        return rate - (r + x) * until_now, (
            psi(r + x) - psi(r) + np.log(alpha) - until_now,
            r / alpha - (r + x) / (alpha + age),
        )
    a, b = parameters[2:]
    # Chances to leave: after every purchase, the first too (MBG), or after repeat purchases only (BG).
    extra = 1 if model == "mbg_nbd" else 0
    stay = gammaln(a + b) - gammaln(b) + gammaln(b + x + extra) - gammaln(a + b + x + extra)
    alive = -(r + x) * until_now
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.log(a) - np.log(b + x + extra - 1) - (r + x) * until_last
    may_have_left = np.ones_like(x, dtype=bool) if extra else x > 0
    left = np.where(may_have_left, left, -np.inf)
    mixed = np.logaddexp(alive, left)
    share_alive, share_left = np.exp(alive - mixed), np.exp(left - mixed)
    slopes = (
        psi(r + x) - psi(r) + np.log(alpha) - share_alive * until_now - share_left * until_last,
        r / alpha - (r + x) * (share_alive / (alpha + age) + share_left / (alpha + t_x)),
        psi(a + b) - psi(a + b + x + extra) + share_left / a,
        psi(b + x + extra) - psi(a + b + x + extra) - psi(b) + psi(a + b)
        - np.where(may_have_left, share_left / np.where(may_have_left, b + x + extra - 1, 1), 0),
    )  # fmt: skip
    return rate + stay + mixed, slopes


def _weighted(
    likelihood: Numbers, slopes: tuple[Numbers, ...], parameters: tuple[float, ...], weight: Numbers
) -> tuple[float, Numbers]:
    """Minus the mean log likelihood, and its gradient on the log scale of the parameters."""
    count = weight.sum()
    gradient = [
        -float(np.dot(weight, slope)) * parameter / count for slope, parameter in zip(slopes, parameters, strict=True)
    ]
    return -float(np.dot(weight, likelihood)) / count, np.array(gradient)


def _best(objective: Objective, size: int, weight: Numbers) -> tuple[Numbers, bool]:
    """The best optimum from the fixed starts, on the log scale, and whether it is one, inside the bounds."""
    best: tuple[float, Numbers, bool] | None = None
    for start in STARTS if weight.sum() else ():
        result = minimize(
            objective, np.full(size, start), jac=True, method="L-BFGS-B", bounds=[(LOWEST, HIGHEST)] * size,
            options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-9},
        )  # fmt: skip
        inside = bool(np.all(result.x > LOWEST + 1e-6) and np.all(result.x < HIGHEST - 1e-6))
        flat = bool(np.max(np.abs(result.jac)) < 1e-4)
        if np.isfinite(result.fun) and (best is None or result.fun < best[0] - 1e-10):
            best = float(result.fun), result.x, inside and flat
    return (best[1], best[2]) if best else (np.zeros(size), False)


def _fit(
    model: str, names: tuple[str, ...], found: Numbers, objective: Objective, weight: Numbers, converged: bool
) -> Fit:
    count = float(weight.sum())
    errors = _standard_errors(objective, np.log(found), count) * found if count else np.full(len(names), np.nan)
    rounded = [float(f"{value:.{DIGITS}g}") for value in found]
    likelihood = -objective(np.log(np.array(rounded)))[0] * count if count else 0.0
    return Fit(
        model=model,
        parameters=dict(zip(names, rounded, strict=True)),
        standard_errors={name: float(f"{error:.3g}") for name, error in zip(names, errors, strict=True)},
        log_likelihood=float(f"{likelihood:.10g}"),
        customer_count=int(count),
        is_converged=converged and bool(np.all(np.isfinite(errors))),
    )


def _standard_errors(objective: Objective, theta: Numbers, count: float) -> Numbers:
    """On the log scale, from the curvature at the optimum: central differences of the gradient. NaN where it is no maximum."""
    step = 1e-4
    curvature = np.empty((len(theta), len(theta)))
    for row in range(len(theta)):
        move = np.zeros(len(theta))
        move[row] = step
        curvature[row] = (objective(theta + move)[1] - objective(theta - move)[1]) / (2 * step)
    try:
        variances = np.diag(np.linalg.inv((curvature + curvature.T) / 2 * count))
    except np.linalg.LinAlgError:
        return np.full(len(theta), np.nan)
    return np.sqrt(np.where(variances > 0, variances, np.nan))
