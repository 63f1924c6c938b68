"""Convert the UCI Online Retail (II) file to a landing folder. See README.md beside this file.

python examples/online_retail/convert.py FILE --out FOLDER [--merge-duplicates]

FILE is .parquet, .csv or .xlsx with the columns InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice,
CustomerID and Country; the names of the second release (Invoice, Price, Customer ID) are understood, too.
"""

from __future__ import annotations

from pathlib import Path

import click
import duckdb

NAMES = {
    "invoice_no": ("InvoiceNo", "Invoice"),
    "stock_code": ("StockCode",),
    "description": ("Description",),
    "quantity": ("Quantity",),
    "invoice_date": ("InvoiceDate",),
    "unit_price": ("UnitPrice", "Price"),
    "customer_id": ("CustomerID", "Customer ID"),
    "country": ("Country",),
}

# Codes that are no goods: postage and carriage, manual entries, discounts, fees, samples, tests, vouchers, bad debt.
NOT_MERCHANDISE = (
    "POST", "DOT", "C2", "C3", "M", "D", "S", "B", "ADJUST", "ADJUST2", "BANK CHARGES", "AMAZONFEE", "CRUK",
    "TEST001", "TEST002", "GIFT",
)  # fmt: skip
VOUCHER_PREFIX = "GIFT_"

LINES = """
create table lines as
select
    row_number() over () as position,
    trim(cast(invoice_no as varchar)) as invoice_no,
    trim(cast(stock_code as varchar)) as stock_code,
    trim(description) as description,
    cast(quantity as bigint) as quantity,
    cast(invoice_date as timestamp) as invoice_date,
    cast(unit_price as decimal(18, 4)) as unit_price,
    cast(cast(customer_id as bigint) as varchar) as customer_id,
    trim(country) as country,
    upper(trim(cast(stock_code as varchar))) in (select unnest($codes))
    or starts_with(upper(trim(cast(stock_code as varchar))), $prefix) as is_other
from given
"""

FILES = {
    "customers": """
        select customer_id as customer_ref, country, min(invoice_date) as updated_at
        from lines where customer_id is not null group by customer_id, country order by customer_ref, updated_at
    """,
    "orders": """
        select invoice_no as order_ref, min(invoice_date) as ordered_at, max(customer_id) as customer_ref, 'GBP' as currency
        from lines where not starts_with(invoice_no, 'C') group by invoice_no order by invoice_no
    """,
    "order_lines": """
        select invoice_no as order_ref, row_number() over (partition by invoice_no order by position) as line_number,
            stock_code as product_ref, quantity, unit_price
        from lines where not starts_with(invoice_no, 'C') order by position
    """,
    "refunds": """
        select invoice_no as refund_ref, min(invoice_date) as refunded_at, -sum(quantity * unit_price) as amount,
            max(customer_id) as customer_ref, 'credit_note' as kind, 'GBP' as currency
        from lines where starts_with(invoice_no, 'C') and not is_other
        group by invoice_no having sum(quantity * unit_price) < 0 order by invoice_no
    """,
    "products": """
        select stock_code as product_ref, arg_min(description, position) as name, not bool_or(is_other) as is_merchandise
        from lines group by stock_code order by stock_code
    """,
}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Landing folder to write.")
@click.option("--merge-duplicates", is_flag=True, help="Drop lines that repeat an earlier line of the same invoice.")
def main(file: Path, out: Path, merge_duplicates: bool) -> None:
    """Convert FILE to a landing folder."""
    out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as engine:
        given = _read(engine, file)  # noqa: F841 (DuckDB finds it by name)
        engine.execute("create table given as select * from given")
        engine.execute(LINES, {"codes": list(NOT_MERCHANDISE), "prefix": VOUCHER_PREFIX})
        if merge_duplicates:
            engine.execute(
                "delete from lines where position not in (select min(position) from lines "
                "group by invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country)"
            )
        for name, query in FILES.items():
            engine.execute(f"copy ({query}) to '{_literal(out / name)}.parquet' (format parquet)")
            count = engine.execute(f"select count(*) from read_parquet('{_literal(out / name)}.parquet')").fetchall()
            click.echo(f"{name}: {count[0][0]:,} rows")
        other = engine.execute(
            "select upper(case when stock_code ilike 'gift_%' then 'gift_...' else stock_code end) as code, count(*), "
            "sum(quantity * unit_price) from lines where starts_with(invoice_no, 'C') and is_other "
            "group by code order by count(*) desc, code"
        ).fetchall()
        click.echo("\nLines of C-invoices that are no goods, and so no refund:")
        for code, lines, amount in other:
            click.echo(f"{code:14} {lines:6,} lines {amount:14,.2f} GBP")


def _read(engine: duckdb.DuckDBPyConnection, file: Path) -> duckdb.DuckDBPyRelation:
    """The file's columns under our names."""
    if file.suffix == ".xlsx":
        from python_calamine import CalamineWorkbook

        rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
        engine.execute(f"create table cells ({', '.join(f'c{n} varchar' for n in range(len(rows[0])))})")
        engine.executemany(f"insert into cells values ({', '.join('?' for _ in rows[0])})", rows[1:])
        header, relation = [str(name) for name in rows[0]], engine.table("cells")
    else:
        relation = engine.read_parquet(str(file)) if file.suffix == ".parquet" else engine.read_csv(str(file))
        header = relation.columns
    wanted = []
    for name, spellings in NAMES.items():
        found = [position for position, column in enumerate(header) if column in spellings]
        if not found:
            raise click.ClickException(f"{file} has no column {' or '.join(spellings)}")
        wanted.append(duckdb.ColumnExpression(relation.columns[found[0]]).alias(name))
    return relation.select(*wanted)


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")


if __name__ == "__main__":
    main()
