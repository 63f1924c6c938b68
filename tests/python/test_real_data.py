"""Real files beside the project, if they are there: figures that were published or counted independently."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from .conftest import Pipeline, shared, write

HOME = Path(__file__).resolve().parents[2]
NOT_GOODS = "^(POST|DOT|C2|C3|M|D|S|B|ADJUST|ADJUST2|BANK CHARGES|AMAZONFEE|CRUK|TEST001|TEST002|GIFT|GIFT_.*)$"


@pytest.mark.parametrize("merge", [False, True])
def test_online_retail_to_the_penny(pipeline: Pipeline, tmp_path: Path, merge: bool) -> None:
    """The shop's own sums, computed straight from its file, equal the warehouse's."""
    file = shared("online_retail_2009_2010") / "online_retail_2009_2010.parquet"
    command = [sys.executable, HOME / "examples/online_retail/convert.py", file, "--out", tmp_path / "landing"]
    subprocess.run([*command, "--merge-duplicates"] if merge else command, check=True, capture_output=True)
    built = pipeline.run(tmp_path / "landing")
    with duckdb.connect() as database:
        database.execute(
            f"create table given as select {'distinct' if merge else ''} * replace (trim(Description) as Description, trim(StockCode) as StockCode) from '{file}'"
        )
        database.execute(
            f"create table goods as select *, cast(Quantity * cast(UnitPrice as decimal(18, 4)) as decimal(18, 4)) as amount "
            f"from given where not regexp_matches(upper(trim(StockCode)), '{NOT_GOODS}')"
        )
        gross = database.execute(
            "select sum(amount) from goods where InvoiceNo not like 'C%' and Quantity > 0 and UnitPrice > 0"
        ).fetchone()
        refunds = database.execute(
            "select sum(amount) from (select -sum(amount) as amount from goods where InvoiceNo like 'C%' group by InvoiceNo) where amount > 0"
        ).fetchone()
        orders = database.execute(
            "select count(distinct InvoiceNo) from given where InvoiceNo not like 'C%'"
        ).fetchone()
        customers = database.execute("select count(distinct CustomerID) from given").fetchone()
        bad = database.execute(
            "select count(*) from goods where InvoiceNo not like 'C%' and (Quantity <= 0 or UnitPrice <= 0)"
        ).fetchone()
    assert gross and refunds and orders and customers and bad
    assert built.value("select sum(gross_amount) from marts.orders") == gross[0]
    assert built.value("select sum(refunded_amount) from marts.refunds") == refunds[0]
    assert built.value("select count(*) from marts.orders") == orders[0]
    assert built.value("select count(*) from marts.customers") == customers[0] == 4383
    assert built.statuses("order_lines")["rejected"] == bad[0]
    assert built.failed_tests() == {}


def cdnow(folder: Path) -> list[list[str]]:
    """The sample as a landing folder: order_ref is the row number; no currency, no customers table."""
    lines = [line.split() for line in (shared("cdnow") / "CDNOW_sample.txt").read_text().splitlines() if line.strip()]
    write(folder, "orders.csv", "order_ref,ordered_at,customer_ref,amount\n"
          + "".join(f"{number},{row[2]},{row[0]},{row[4]}\n" for number, row in enumerate(lines, 1)))  # fmt: skip
    return lines


def test_cdnow(pipeline: Pipeline, tmp_path: Path) -> None:
    """Fader and Hardie's figures: 2,357 customers, 946 with repeats, 2,457 repeat days up to 1997-09-30."""
    lines = cdnow(tmp_path)
    built = pipeline.run(tmp_path, as_of=date(1997, 9, 30), numbers={"zero_value_orders_count": 1})
    assert built.value("select reporting_currency from marts.publication") == "XXX"
    assert built.value("select count(*) from marts.customer_grades") == 2357
    assert built.value("select count(*) from marts.customer_grades where repeat_purchase_days > 0") == 946
    assert built.value("select sum(repeat_purchase_days) from marts.customer_grades") == 2457
    assert built.failed_tests() == {}
    whole = pipeline.run(tmp_path, numbers={"zero_value_orders_count": 1})
    assert whole.statuses("orders") == {
        "raw": 6919,
        "accepted": 6919,
        "rejected": 0,
        "merged": 0,
        "pending": 0,
        "unreadable": 0,
    }
    assert whole.value("select sum(gross_amount) from marts.orders") == sum(Decimal(row[4]) for row in lines)


def test_next_products_beat_popularity(pipeline: Pipeline, tmp_path: Path) -> None:
    """Retail as of 2010-09-30: of the customers who bought something new in the ninety days after, how many found it among their three
    products, and how many would have among the three most bought ones that they lacked."""
    file = shared("online_retail_2009_2010") / "online_retail_2009_2010.parquet"
    command = [sys.executable, HOME / "examples/online_retail/convert.py", file, "--out", tmp_path / "landing"]
    subprocess.run(command, check=True, capture_output=True)
    built = pipeline.run(tmp_path / "landing", date(2010, 9, 30), targets=("next_products", "customer_refs"))
    built.database.execute(
        "create table later as select distinct customer_key, product_ref from intermediate.int_order_lines_valued as lines "
        "join intermediate.int_orders_valued as orders using (order_ref) join intermediate.int_records_resolved as records using (record_key) "
        "where order_date > date '2010-09-30' and order_date <= date '2010-12-29' and lines.is_counted "
        "and (customer_key, product_ref) not in (select (customer_key, product_ref) from intermediate.int_products_bought)"
    )
    built.database.execute(
        "create table popular as select product_ref, count(*) as buyers from intermediate.int_products_bought group by 1 order by 2 desc limit 60"
    )
    built.database.execute(
        "create table baseline as select customer_key, product_ref from (select distinct customer_key from intermediate.int_products_bought), popular "
        "where (customer_key, product_ref) not in (select (customer_key, product_ref) from intermediate.int_products_bought) "
        "qualify row_number() over (partition by customer_key order by buyers desc, product_ref) <= 3"
    )
    hits = {
        name: built.value(
            f"select count(distinct customer_key) / (select count(distinct customer_key) from later join "
            f"(select distinct customer_key from intermediate.int_products_bought) using (customer_key)) "
            f"from later join ({offered}) as offered using (customer_key, product_ref)"
        )
        for name, offered in {
            "next products": "select ('0x' || substr(customer_id, 2))::bigint as customer_key, product_ref from marts.next_products",
            "popularity": "from baseline",
        }.items()
    }
    print(f"hit rate at 3: {hits}")
    assert hits["next products"] > hits["popularity"] > 0
