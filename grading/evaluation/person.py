"""Everything that is known of one customer, for the customer: what is published, what is private, and its records as they were read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import duckdb

from grading.evaluation.explaining import Explainer

# Columns that only we need: keys, places of columns.
INNER = ("_key", "rule_breaks", "raw_table")


def export_person(warehouse: Path, text: str, target: Path) -> dict[str, int]:
    """Write what is known of a customer, by its id or a reference, as JSON that only we may read.

    Returns rows by table. Raises BadInput if nobody or more than one has the reference.
    """
    explainer = Explainer(warehouse, "en")
    customer = explainer.find(text)
    database = explainer.database
    found: dict[str, list[dict[str, Any]]] = {}
    for catalogue, schema in (("published", "marts"), ("build", "restricted")):
        for table in _tables_with(database, catalogue, schema, "customer_id"):
            found[f"{schema}.{table}"] = _rows(
                database, f"from {catalogue}.{schema}.{table} where customer_id = $1", customer
            )
    keys = (
        "select record_key from build.intermediate.int_records_resolved where 'C' || printf('%015x', customer_key) = $1"
    )
    for table in _tables_with(database, "build", "intermediate", "record_key"):
        if table.endswith("_unioned"):
            name = f"records.{table.removeprefix('int_').removesuffix('_unioned')}"
            found[name] = _rows(database, f"from build.intermediate.{table} where record_key in ({keys})", customer)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({name: rows for name, rows in found.items() if rows}, file, ensure_ascii=False, indent=1, default=str)
    return {name: len(rows) for name, rows in found.items() if rows}


def _tables_with(database: duckdb.DuckDBPyConnection, catalogue: str, schema: str, column: str) -> list[str]:
    return [row[0] for row in database.execute(
        "select distinct table_name from duckdb_columns() where database_name = $1 and schema_name = $2 and column_name = $3 order by 1",
        [catalogue, schema, column],
    ).fetchall()]  # fmt: skip


def _rows(database: duckdb.DuckDBPyConnection, query: str, customer: str) -> list[dict[str, Any]]:
    cursor = database.execute(query, [customer])
    names = [column[0] for column in cursor.description or ()]
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None and not name.endswith(INNER)}
        for row in cursor.fetchall()
    ]
