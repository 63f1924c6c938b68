"""Everything that is known of one customer, for the customer: what is published, what is private, and its records as they were read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from grading.database import publication_of
from grading.evaluation.explaining import Explainer
from grading.releases.warehouse import write_private

# Columns that only we need: keys, places of columns.
INNER = ("_key", "rule_breaks", "raw_table")


def export_person(warehouse: Path, text: str, target: Path) -> dict[str, int]:
    """Write what is known of a customer, by its id or a reference, as JSON that only we may read.

    Returns rows by table. Raises BadInput if nobody or more than one has the reference.
    """
    explainer = Explainer(publication_of(warehouse), "en")
    customer = explainer.find(text)
    database = explainer.database
    found: dict[str, list[dict[str, Any]]] = {}
    for catalogue, schema in (("published", "marts"), ("build", "restricted")):
        for table in _tables_with(database, catalogue, schema, "customer_id"):
            found[f"{schema}.{table}"] = _rows(
                database, f"from {catalogue}.{schema}.{table} where customer_id = $1", customer
            )
    own = (
        "(select record_key, source_system, customer_ref from build.intermediate.int_records_resolved "
        "where 'C' || printf('%015x', customer_key) = $1) as own"
    )
    by_ref = set(_tables_with(database, "build", "intermediate", "customer_ref"))
    by_key = set(_tables_with(database, "build", "intermediate", "record_key"))
    for table in sorted(name for name in by_ref | by_key if name.endswith("_unioned")):
        is_own = (
            "own.record_key = records.record_key"
            if table in by_key
            else "own.customer_ref = records.customer_ref "
            "and own.source_system = coalesce(records.customer_ref_source_system, records.source_system)"
        )
        found[f"records.{table.removeprefix('int_').removesuffix('_unioned')}"] = _rows(
            database, f"select records.* from build.intermediate.{table} as records join {own} on {is_own}", customer
        )
    write_private(target, {name: rows for name, rows in found.items() if rows})
    return {name: len(rows) for name, rows in found.items() if rows}


def _tables_with(database: duckdb.DuckDBPyConnection, catalogue: str, schema: str, column: str) -> list[str]:
    return [row[0] for row in database.execute(
        "select distinct table_name from duckdb_columns() join duckdb_tables() using (database_name, schema_name, table_name) "
        "where database_name = $1 and schema_name = $2 and column_name = $3 order by 1",
        [catalogue, schema, column],
    ).fetchall()]  # fmt: skip


def _rows(database: duckdb.DuckDBPyConnection, query: str, customer: str) -> list[dict[str, Any]]:
    cursor = database.execute(query, [customer])
    names = [column[0] for column in cursor.description or ()]
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None and not name.endswith(INNER)}
        for row in cursor.fetchall()
    ]
