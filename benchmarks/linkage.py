"""Measure identity resolution on records whose true pairs are known.

    python benchmarks/linkage.py RECORDS.csv TRUE_PAIRS.csv [--without tax_id]

RECORDS in the columns of the febrl sets (rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode,
state, date_of_birth, soc_sec_id), TRUE_PAIRS with rec_id_x and rec_id_y. The records are landed and refreshed as any others;
pairs within a customer count against the true ones. Then the proposals of `grading link` are added.
"""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import click
import duckdb

from grading.database import connect_published
from grading.identity.linking import link
from grading.refresh import Request, refresh

Pairs = set[tuple[str, str]]


@click.command()
@click.argument("records", type=click.Path(exists=True, path_type=Path))
@click.argument("true_pairs", type=click.Path(exists=True, path_type=Path))
@click.option("--without", multiple=True, help="Column to leave empty, for example tax_id; may be repeated.")
def main(records: Path, true_pairs: Path, without: tuple[str, ...]) -> None:
    """Precision and recall of the pairs that are linked, and of those that would be proposed."""
    truth = {_pair(row["rec_id_x"], row["rec_id_y"]) for row in _rows(true_pairs)}
    with tempfile.TemporaryDirectory() as folder:
        landing, warehouse = Path(folder) / "landing", Path(folder) / "warehouse"
        landing.mkdir()
        _write(records, landing / "customers.csv", without)
        refresh(Request(landing=landing, warehouse=warehouse, as_of="2025-12-31"))
        with connect_published(warehouse) as database:
            pairs, rules = _linked(database)
            _show("deterministic keys", pairs, truth)
            for rule, found in sorted(rules.items()):
                _show(f"  records linked by {rule}", found, truth)
        for threshold in (0.99, 0.95, 0.9):
            proposed = {_pair(one.customer_ref, one.other_customer_ref) for one in link(warehouse, threshold)}
            _show(f"with splink, threshold {threshold}", pairs | proposed, truth)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, skipinitialspace=True)
        return [{key.strip(): (value or "").strip() for key, value in row.items()} for row in rows]


def _write(records: Path, target: Path, without: tuple[str, ...]) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        columns = [
            "customer_ref",
            "customer_kind",
            "name",
            "address",
            "city",
            "postal_code",
            "region",
            "birth_date",
            "tax_id",
        ]
        writer.writerow(columns)
        for row in _rows(records):
            name = " ".join(filter(None, [row["given_name"], row["surname"]]))
            address = " ".join(filter(None, [row["street_number"], row["address_1"], row["address_2"]]))
            values = [
                row["rec_id"],
                "person",
                name,
                address,
                row["suburb"],
                row["postcode"],
                row["state"],
                row["date_of_birth"],
                row["soc_sec_id"],
            ]
            writer.writerow(["" if column in without else value for column, value in zip(columns, values, strict=True)])


def _linked(database: duckdb.DuckDBPyConnection) -> tuple[Pairs, dict[str, Pairs]]:
    customers: dict[str, list[str]] = defaultdict(list)
    rules: dict[str, Pairs] = defaultdict(set)
    rule_of = {}
    for ref, customer, rule in database.execute(
        "select customer_ref, customer_id, match_rule from marts.customer_records"
    ).fetchall():
        customers[customer].append(ref)
        rule_of[ref] = rule
    pairs: Pairs = set()
    for refs in customers.values():
        for one, other in combinations(refs, 2):
            pairs.add(_pair(one, other))
            rules[rule_of[one]].add(_pair(one, other))
    return pairs, rules


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _show(what: str, pairs: Pairs, truth: Pairs) -> None:
    right = len(pairs & truth)
    precision, recall = right / max(len(pairs), 1), right / max(len(truth), 1)
    click.echo(f"{what:40} pairs {len(pairs):6} precision {precision:.4f} recall {recall:.4f}")


if __name__ == "__main__":
    main()
