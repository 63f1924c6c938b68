"""The synthetic world: the same seed gives the same files, and what was planted is recovered."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from grading.dirt import RULES, costs
from grading.errors import BadInput
from grading.generating import generate, truth_of
from grading.refresh import Outcome, connect_published
from grading.scorecard import Line, measure


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


def test_what_dirt_costs(published: Outcome) -> None:
    found = {cost.rule.code: cost for cost in costs(published.release.parent.parent)}
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
