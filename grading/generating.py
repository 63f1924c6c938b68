"""A synthetic landing folder: persons and organisations, orders, refunds, rates, and dirt by rule.

DuckDB does the work; the same seed gives the same files. Every random number is a hash of (seed, what it is for, row),
so that it depends on neither the order of evaluation nor the number of threads.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from grading.errors import BadInput

LAST_DAY = "2025-12-31"


def generate(customers: int, seed: int, out: Path) -> dict[str, int]:
    """Write a landing folder of so many customers. Returns rows per file. Raises BadInput if the folder is in use."""
    if (
        out.exists()
        and any(entry.name != ".generated" for entry in out.iterdir())
        and not (out / ".generated").exists()
    ):
        raise BadInput(f"{out} holds files that were not generated; give another folder with --out.")
    out.mkdir(parents=True, exist_ok=True)
    (out / ".generated").write_text(f"customers {customers} seed {seed}\n", encoding="utf-8")
    with duckdb.connect() as engine:
        engine.execute(
            "create macro dice(purpose, item) as (hash(getvariable('seed'), purpose, item) % 1000003) / 1000003.0"
        )
        engine.execute("set variable seed = ?", [seed])
        engine.execute("set variable customers = ?", [customers])
        engine.execute(WORLD)
        return {name: _write(engine, name, query, out) for name, query in FILES.items()}


def _write(engine: duckdb.DuckDBPyConnection, name: str, query: str, out: Path) -> int:
    path = str(out / name).replace("'", "''")
    engine.execute(f"copy ({query}) to '{path}' (header, delimiter ',')")
    row = engine.execute(f"select count(*) from ({query})").fetchone()
    return int(row[0]) if row else 0


# Purchases by gamma rate and beta-geometric dropout, spend lognormal with a heavy tail, a peak at the end of the year.
WORLD = f"""
create table customers as
select
    i,
    case when dice('kind', i) < 0.2 then 'organisation' else 'person' end as kind,
    date '{LAST_DAY}' - cast(floor(1400 * dice('birth', i)) as integer) as first_day,
    -ln(1 - dice('rate', i)) * case when dice('kind', i) < 0.2 then 14 else 6 end as yearly_rate,
    exp(case when dice('kind', i) < 0.2 then 6.2 else 3.6 end + 1.1 * sqrt(-2 * ln(1 - dice('spend a', i)))
        * cos(2 * pi() * dice('spend b', i))) as basket,
    0.02 + 0.25 * dice('dropout', i) as dropout,
    dice('prospect', i) < 0.18 as is_prospect,
    ['CN', 'US', 'DE', 'GB', 'FR', 'JP', 'AU', 'BR'][1 + cast(floor(8 * dice('country', i)) as integer)] as country,
    ['CNY', 'USD', 'EUR', 'GBP', 'EUR', 'JPY', 'CNY', 'USD'][1 + cast(floor(8 * dice('country', i)) as integer)] as currency
from range(getvariable('customers')) as numbers(i);

create table orders as
with steps as (
    select customers.*, n,
        -ln(1 - dice('gap ' || n, i)) / greatest(yearly_rate, 0.05) * 365 as gap,
        dice('leave ' || n, i) < dropout as leaves
    from customers, range(60) as steps(n)
    where not is_prospect
),
walks as (
    select *,
        sum(case when n = 0 then 0 else gap end) over (partition by i order by n) as days_since_first,
        coalesce(sum(leaves::integer) over (partition by i order by n rows between unbounded preceding and 1 preceding), 0)
            as times_left
    from steps
)
select
    row_number() over (order by i, n) as o,
    i, n, country, currency, kind,
    first_day + cast(floor(days_since_first) as integer) as day,
    to_seconds(cast(floor(86400 * dice('time ' || n, i)) as bigint)) as clock,
    greatest(0.5, round(basket * (0.4 + 1.2 * dice('amount ' || n, i)) * case currency when 'JPY' then 20 else 1 end, 2))
        as amount,
    dice('fate ' || n, i) as fate
from walks
where times_left = 0 and first_day + cast(floor(days_since_first) as integer) <= date '{LAST_DAY}';
"""

FILES = {
    "customers.csv": """
select
    'CU' || lpad(cast(i as varchar), 7, '0') as customer_ref,
    case when dice('kind known', i) < 0.9 then case when kind = 'person' and dice('word', i) < 0.2 then 'Individual' else kind end end
        as customer_kind,
    case when kind = 'organisation'
        then ['North', 'Blue', 'Golden', 'Prime', 'East', '华东', '远航'][1 + cast(floor(7 * dice('n1', i)) as integer)] || ' '
            || ['Trading', 'Foods', 'Tools', 'Textiles', '贸易'][1 + cast(floor(5 * dice('n2', i)) as integer)] || ' '
            || ['Ltd', 'GmbH', 'Inc', '有限公司'][1 + cast(floor(4 * dice('n3', i)) as integer)] || ' ' || i
        else ['Anna', 'Ben', 'Chen', 'Dora', 'Emil', 'Fatima', '李伟', '王芳'][1 + cast(floor(8 * dice('n1', i)) as integer)] || ' '
            || ['Meyer', 'Smith', 'Li', 'Rossi', 'Khan', 'Silva'][1 + cast(floor(6 * dice('n2', i)) as integer)]
    end as name,
    case when dice('mail', i) < 0.7 then 'c' || i || '@example.' || ['com', 'org', 'net'][1 + cast(floor(3 * dice('tld', i)) as integer)] end
        as email,
    country,
    case when kind = 'organisation' then ['Manufacturing', 'Retail', 'Services'][1 + cast(floor(3 * dice('industry', i)) as integer)] end
        as industry,
    case when dice('currency known', i) < 0.8 then currency end as currency,
    ['web', 'fair', 'referral', 'ads'][1 + cast(floor(4 * dice('channel', i)) as integer)] as acquisition_channel,
    case when dice('test', i) < 0.002 then 'true' end as is_test,
    first_day - cast(floor(30 * dice('created', i)) as integer) as created_at,
    cast(first_day as timestamp) + interval 12 hour as updated_at
from customers
order by i
""",
    "orders.csv": """
with lines as (
    select orders.*, 0 as copy from orders
    union all
    select orders.*, 1 from orders where dice('copy', o) < 0.012
    union all
    select orders.*, 2 from orders where dice('clash', o) < 0.001
)
select
    'SO' || lpad(cast(o as varchar), 8, '0') as order_ref,
    case
        when dice('date dirt', o) < 0.002 then strftime(day, '%d/%m/%Y')
        when dice('date dirt', o) < 0.003 then '2025-02-31'
        else strftime(cast(day as timestamp) + clock, '%Y-%m-%d %H:%M:%S')
    end as ordered_at,
    case
        when dice('guest', o) < 0.02 then null
        when dice('unknown', o) < 0.002 then 'CU9' || lpad(cast(i as varchar), 7, '0')
        else 'CU' || lpad(cast(i as varchar), 7, '0')
    end as customer_ref,
    case when fate < 0.02 then 'cancelled' when fate < 0.03 then 'pending' when fate < 0.031 then 'mystery' else 'delivered' end as status,
    case when dice('type', o) < 0.01 then 'sample' else 'normal' end as order_type,
    ['web', 'shop', 'sales'][1 + cast(floor(3 * dice('sold by', o)) as integer)] as channel,
    case when dice('currency dirt', o) < 0.001 then 'XQZ' when dice('currency gap', o) < 0.05 then null else currency end as currency,
    case
        when dice('amount dirt', o) < 0.002 then '1.234,56'
        when dice('amount dirt', o) < 0.003 then '-' || amount
        when dice('lines only', o) < 0.1 then null
        else cast(amount + copy // 2 as varchar)
    end as amount
from lines
order by dice('shuffle', o), o, copy
""",
    "order_lines.csv": """
select
    'SO' || lpad(cast(o as varchar), 8, '0') as order_ref,
    line_number,
    'P' || lpad(cast(cast(floor(40 * dice('product ' || line_number, o)) as integer) as varchar), 3, '0') as product_ref,
    1 as quantity,
    case when dice('price dirt', o) < 0.003 then 0 else greatest(0.01, round(amount / 2, 2)) end as unit_price,
    round(amount / 2 * (0.4 + 0.3 * dice('cost', o)), 2) as unit_cost,
    case when dice('gift', o) < 0.01 and line_number = 2 then 'yes' end as is_gift
from orders, (values (1), (2)) as numbers(line_number)
where dice('detailed', o) < 0.5 or dice('lines only', o) < 0.1
order by o, line_number
""",
    "refunds.csv": f"""
select
    'RF' || lpad(cast(o as varchar), 8, '0') as refund_ref,
    least(day + cast(floor(25 * dice('after', o)) as integer), date '{LAST_DAY}') as refunded_at,
    case when dice('too much', o) < 0.02 then amount * 2 else round(amount * (0.2 + 0.8 * dice('part', o)), 2) end as amount,
    case when dice('lost', o) < 0.05 then null else 'SO' || lpad(cast(o as varchar), 8, '0') end as order_ref,
    'CU' || lpad(cast(i as varchar), 7, '0') as customer_ref,
    ['refund', 'return', 'credit note'][1 + cast(floor(3 * dice('refund kind', o)) as integer)] as kind,
    currency
from orders
where dice('refunded', o) < 0.05 and amount >= 1
order by o
""",
    "products.csv": """
select
    'P' || lpad(cast(p as varchar), 3, '0') as product_ref,
    'Product ' || p as name,
    ['Tools', 'Textiles', 'Food', 'Toys'][1 + p % 4] as category,
    case when p = 39 then 'no' else 'yes' end as is_merchandise
from range(40) as numbers(p)
""",
    "exchange_rates.csv": f"""
select
    cast(day as date) as rate_date,
    currency as from_currency,
    'EUR' as to_currency,
    round(base * (1 + 0.02 * sin(epoch(day) / 8640000)), 6) as rate
from range(timestamp '2021-12-01', timestamp '{LAST_DAY}' + interval 1 day, interval 1 day) as days(day),
    (values ('CNY', 0.128), ('USD', 0.92), ('GBP', 1.17), ('JPY', 0.0062)) as bases(currency, base)
where dayofweek(day) not in (0, 6)
order by rate_date, currency
""",
}
