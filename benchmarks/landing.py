"""Write a landing folder of a given size for measurements: customers and about 9 orders each, as Parquet or CSV.

python benchmarks/landing.py --customers 1000000 --out DIR
"""

from __future__ import annotations

from pathlib import Path

import click
import duckdb

TABLES = {
    "customers": """
        select 'C' || i as customer_ref, case when i % 5 = 0 then 'organisation' else 'person' end as customer_kind,
            'Customer ' || i as name, date '2021-01-01' + cast(i % 1400 as integer) as created_at
        from range($customers) as numbers(i)
    """,
    "orders": """
        select 'O' || o as order_ref,
            timestamp '2022-01-01' + to_seconds(hash(o, 'time') % (4 * 365 * 86400)) as ordered_at,
            'C' || cast(floor($customers * pow((hash(o, 'who') % 1000003) / 1000003.0, 1.6)) as bigint) as customer_ref,
            'EUR' as currency,
            cast(5 + 200 * pow((hash(o, 'amount') % 1000003) / 1000003.0, 4) as decimal(18, 2)) as amount
        from range(9 * $customers) as numbers(o)
    """,
}


@click.command()
@click.option("--customers", type=int, default=1_000_000, show_default=True)
@click.option("--format", "file_format", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(customers: int, file_format: str, out: Path) -> None:
    """Write customers and orders."""
    out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as engine:
        for name, query in TABLES.items():
            target = str(out / f"{name}.{file_format}").replace("'", "''")
            engine.execute(f"copy ({query.replace('$customers', str(customers))}) to '{target}' (format {file_format})")
            click.echo(f"{name}.{file_format} written")


if __name__ == "__main__":
    main()
