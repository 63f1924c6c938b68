"""A synthetic world with known truth: customers over a shop, two CRM systems and web analytics, and dirt by rule.

DuckDB does the work; the same seed gives the same files. Every random number is a hash of (seed, what it is for, row),
so that it depends on neither the order of evaluation nor the number of threads. What was planted is written beside the
landing folder, in <folder>_truth: who is whom, which line carries which defect, each customer's rate and end.
Distributions: gamma rates and beta-geometric dropout (Fader, Hardie and Lee 2005) with a year-end peak, lognormal spend with
a Pareto tail, late payment by a beta distribution that has good payers and bad ones, duplicates of a person geometric.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path

import duckdb
import openpyxl

from grading.errors import BadInput
from grading.sql import literal

LAST_DAY = "2025-12-31"


def truth_of(landing: Path) -> Path:
    """Where the truth of a generated landing folder is."""
    return landing.with_name(landing.name + "_truth")


def generate(customers: int, seed: int, out: Path) -> dict[str, int]:
    """Write a landing folder of so many customers. Returns rows per file. Raises BadInput if the folder is in use."""
    if (
        out.exists()
        and any(entry.name != ".generated" for entry in out.iterdir())
        and not (out / ".generated").exists()
    ):
        raise BadInput(f"{out} holds files that were not generated; give another folder with --out.")
    truth = truth_of(out)
    for folder in (out, truth):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    for source in ("zoho_crm", "fxiaoke", "ga4"):
        (out / source).mkdir()
    (out / ".generated").write_text(f"customers {customers} seed {seed}\n", encoding="utf-8")
    scratch = truth / "scratch"
    with duckdb.connect(str(scratch)) as engine:
        engine.execute("set preserve_insertion_order = false")
        engine.execute(
            "create macro dice(purpose, item) as (hash(getvariable('seed'), purpose, item) % 1000003) / 1000003.0"
        )
        engine.execute(
            "create macro one_of(list, purpose, item) as list[1 + cast(floor(len(list) * dice(purpose, item)) as integer)]"
        )
        engine.execute(MACROS)
        engine.execute("set variable seed = ?", [seed])
        engine.execute("set variable customers = ?", [customers])
        engine.execute(WORLD)
        rows = {name: _write(engine, query, out / name) for name, query in FILES.items()}
        rows |= {name: _write_workbook(engine, query, out / name) for name, query in WORKBOOKS.items()}
        for name, query in TRUTH.items():
            _write(engine, query, truth / name)
    scratch.unlink()
    return rows


def _write(engine: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    form = {".csv": "header, delimiter ','", ".jsonl": "format json", ".parquet": "format parquet"}[path.suffix]
    written = engine.execute(f"copy ({query}) to {literal(path)} ({form})").fetchone()
    rows = int(written[0]) if written else 0
    if not rows and path.suffix == ".jsonl":
        # Without a header a file of no rows is an empty file, which nobody exports.
        path.unlink()
    return rows


def _write_workbook(engine: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """An Excel file as a list page exports it; the times that the format carries are fixed, so that equal is equal."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    found = engine.execute(query)
    sheet.append([column[0] for column in found.description or []])
    count = 0
    while rows := found.fetchmany(10_000):
        for row in rows:
            sheet.append(row)
        count += len(rows)
    written = io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in given.namelist():
            content = given.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb">[0-9-]+T[0-9:]+Z<", f">{LAST_DAY}T00:00:00Z<".encode(), content)
            kept.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return count


# A normal deviate; a beta variate by the method of Joehnk (1964), from eight tries; and a calendar in which a day of
# November or December is worth 1.46 days of the others, to and from it.
MACROS = """
create macro normal(purpose, item) as
    sqrt(-2 * ln(1 - dice(purpose || ' radius', item))) * cos(2 * pi() * dice(purpose || ' angle', item));
create macro beta(purpose, a, b, item) as coalesce(list_transform(list_filter(
    list_transform(range(8), lambda k: [pow(dice(purpose || ' a' || k, item), 1 / a), pow(dice(purpose || ' b' || k, item), 1 / b)]),
    lambda p: p[1] + p[2] > 0 and p[1] + p[2] <= 1), lambda p: p[1] / (p[1] + p[2]))[1], a / (a + b));
create macro busy_days(day) as 365 * (year(day) - 2000)
    + case when dayofyear(day) <= 304 then (dayofyear(day) - 1) * 276.0 / 304 else 276 + (dayofyear(day) - 305) * 89.0 / 61 end;
create macro calendar_day(busy) as make_date(cast(2000 + floor(busy / 365) as integer), 1, 1)
    + cast(floor(case when busy % 365 < 276 then (busy % 365) * 304 / 276.0 else 304 + (busy % 365 - 276) * 61 / 89.0 end) as integer);
create macro region_of(country, item) as one_of((map {'CN': ['广东', '上海市', 'Zhejiang'], 'US': ['CA', 'Texas', 'New York'],
    'DE': ['Bayern', 'Hessen', 'Saxony'], 'GB': ['Scotland', 'Kent', 'Essex'], 'FR': ['Bretagne', 'Normandie', 'Corse'],
    'JP': ['Tokyo', 'Osaka', '東京都'], 'AU': ['NSW', 'Victoria', 'Queensland'], 'BR': ['SP', 'Bahia', 'Paraná'],
    'CH': ['ZH', 'Genf', 'Bern']})[country], 'region', item);
create macro is_discounted(customer_type, o) as dice('discounted', o) < case when customer_type = 'convenience' then 0.75 else 0.1 end;
"""

WORLD = f"""
create table types as
select
    i,
    case
        when dice('prospect', i) < 0.18 then case when dice('type', i) < 0.3 then 'potential' else 'standard' end
        when dice('type', i) < 0.12 then 'value'
        when dice('type', i) < 0.25 then 'potential'
        when dice('type', i) < 0.45 then 'convenience'
        when dice('type', i) < 0.50 then 'problem'
        else 'standard'
    end as customer_type
from range(getvariable('customers')) as numbers(i);

create table customers as
select
    i,
    customer_type,
    case when dice('kind', i) < 0.2 then 'organisation' else 'person' end as kind,
    date '{LAST_DAY}' - cast(floor(1400 * dice('birth', i)) as integer) as first_day,
    -- Gamma with shape 0.5: half a squared normal deviate, times twice the mean.
    pow(normal('rate', i), 2) * case when dice('kind', i) < 0.2 then 7 else 3 end * case when customer_type = 'value' then 1.5 else 1 end as yearly_rate,
    exp(case when dice('kind', i) < 0.2 then 6.2 else 3.6 end)
        * case
            when dice('tail', i) < 0.02 then exp(0.5 * 2.05) * least(100, pow(1 - dice('tail size', i), -1 / 1.9))
            else exp(0.5 * normal('spend', i))
        end
        * case when customer_type = 'value' then 1.5 else 1 end as basket,
    -- Beta(0.5, 2.5) by two gammas.
    (pow(normal('drop a', i), 2) / 2)
        / (pow(normal('drop a', i), 2) / 2 + pow(normal('drop b', i), 2) / 2 - ln(1 - dice('drop c', i)) - ln(1 - dice('drop d', i)))
        * case when customer_type = 'value' then 0.3 else 1 end as dropout,
    beta('pays late', 0.38, 0.67, i) as late_share,
    dice('prospect', i) < 0.18 as is_prospect,
    ['CN', 'US', 'DE', 'GB', 'FR', 'JP', 'AU', 'BR', 'CH'][1 + cast(floor(9 * dice('country', i)) as integer)] as country,
    ['CNY', 'USD', 'EUR', 'GBP', 'EUR', 'JPY', 'AUD', 'BRL', 'CHF'][1 + cast(floor(9 * dice('country', i)) as integer)] as currency,
    one_of(['Anna', 'Ben', 'Chen', 'Dora', 'Emil', 'Fatima', 'Goran', 'Hana', 'Igor', 'Jana', '李伟', '王芳', '张敏', '刘洋'], 'n1', i) as given_name,
    one_of(['Meyer', 'Smith', 'Li', 'Rossi', 'Khan', 'Silva', 'Novak', 'Tanaka', 'Dubois', 'Jensen', 'Okafor', 'Garcia'], 'n2', i)
        || case when dice('n4', i) < 0.5 then '' else '-' || one_of(['Berg', 'Lund', 'Costa', 'Roy', 'Wolf', 'Stein'], 'n5', i) end as family_name,
    one_of(['North', 'Blue', 'Golden', 'Prime', 'East', '华东', '远航'], 'n1', i) || ' '
        || one_of(['Trading', 'Foods', 'Tools', 'Textiles', '贸易'], 'n2', i) || ' ' || i as company,
    date '1950-01-01' + cast(floor(20000 * dice('born', i)) as integer) as birth_date,
    'c' || i || '@example.' || one_of(['com', 'org', 'net'], 'tld', i) as email,
    cast(2000000 + hash(getvariable('seed'), 'phone', i) % 8000000 as varchar) as digits,
    lpad(cast(hash(getvariable('seed'), 'post', i) % 90000 + 10000 as varchar), 5, '0') as postal_code,
    one_of(['Main', 'Oak', 'Park', 'Station', 'Mill', 'Lake'], 'street', i) || ' Street ' || (1 + i % 180) as address,
    one_of(['Springfield', 'Riverton', 'Lakeside', 'Hillview'], 'city', i) as city
from types;

-- Records: a person is in the shop; an organisation in one CRM by country, some in the shop too; duplicates everywhere.
create table records as
with counted as (
    select
        i, kind, country,
        case
            when dice('duplicated', i) >= 0.08 then 0
            else least(11, 1 + cast(floor(ln(1 - dice('copies', i)) / ln(0.3)) as integer))
        end as copies,
        case when kind = 'person' then 'landing' when country = 'CN' then 'fxiaoke' else 'zoho_crm' end as home
    from customers
),
places as (
    select i, home as source, unnest(range(copies + 1)) as copy from counted
    union all
    select i, 'landing', 0 from counted where kind = 'organisation' and dice('shop too', i) < 0.3
)
select
    source || '|' || i || '|' || copy as r,
    source, copy, customers.*,
    case source
        when 'landing' then 'CU' || lpad(cast(i as varchar), 7, '0')
        when 'fxiaoke' then 'acc' || lpad(cast(i as varchar), 9, '0')
        else cast(400000000000 + i as varchar)
    end || case when copy = 0 then '' else 'd' || copy end as ref,
    (copy > 0 or source = 'landing' and kind = 'organisation') and dice('renamed ' || source || copy, i) < 0.37 as is_renamed,
    dice('mail ' || source || copy, i) < case when kind = 'person' then 0.75 else 0.6 end as has_email,
    dice('phone ' || source || copy, i) < 0.7 as has_phone,
    dice('born ' || source || copy, i) < 0.6 as has_birth_date,
    dice('bad phone ' || source || copy, i) < 0.01 as is_bad_phone,
    dice('bad mail ' || source || copy, i) < 0.01 as is_bad_email,
    dice('bad country ' || source || copy, i) < 0.005 as is_bad_country
from places
join customers using (i);

create table orders as
with steps as (
    select customers.*,
        unnest(range(cast(least(400, 4 + yearly_rate * date_diff('day', first_day, date '{LAST_DAY}') / 365
            + 4 * sqrt(4 + yearly_rate * date_diff('day', first_day, date '{LAST_DAY}') / 365)) as integer))) as n
    from customers
    where not is_prospect
),
walks as (
    select i, n, first_day, basket, currency, kind, customer_type, late_share,
        sum(case when n = 0 then 0 else -ln(1 - dice('gap ' || n, i)) / greatest(yearly_rate, 0.05) * 365 end)
            over (partition by i order by n) as days_since_first,
        coalesce(sum(case when dice('leave ' || n, i) < dropout then 1 else 0 end)
            over (partition by i order by n rows between unbounded preceding and 1 preceding), 0) as times_left
    from steps
),
placed as (
    select row_number() over (order by i, n) as o, walks.*,
        calendar_day(busy_days(first_day) + days_since_first) as day
    from walks
    where times_left = 0 and calendar_day(busy_days(first_day) + days_since_first) <= date '{LAST_DAY}'
),
choices as (
    select i, list(struct_pack(source, copy, ref) order by source, copy) as places from records group by i
)
select
    o, i, n, kind, customer_type, late_share, currency, day, chosen.source as source, chosen.ref as ref, chosen.copy as copy,
    to_seconds(cast(floor(86400 * dice('time ' || n, i)) as bigint)) as clock,
    greatest(0.5, round(basket * (0.4 + 1.2 * dice('amount ' || n, i)) * case currency when 'JPY' then 160 when 'CNY' then 8 when 'BRL' then 5.5 when 'AUD' then 1.6 else 1 end, 2)) as amount,
    dice('fate ' || n, i) as fate,
    -- An order is late, and then how late, or never paid.
    day + 30 as due_at,
    case
        when dice('unpaid', o) < 0.02 + 0.1 * late_share then null
        when dice('is late', o) >= late_share then day + 30 - cast(floor(20 * dice('early', i)) as integer)
        when dice('very late', o) < 0.06 then day + 90 + cast(floor(30 * dice('late', o)) as integer)
        else day + 31 + cast(floor(-9.7 * ln(1 - dice('late', o))) as integer)
    end as paid_at
from (select placed.*, one_of(places, 'place ' || n, i) as chosen from placed join choices using (i));

-- The shop's files with their line numbers and what is wrong with each line.
create table shop_orders as
with copies as (
    select orders.*, 0 as version from orders where source = 'landing'
    union all
    select orders.*, 1 from orders where source = 'landing' and dice('copy', o) < 0.012 and dice('clash', o) >= 0.001
    union all
    select orders.*, 2 from orders where source = 'landing' and dice('clash', o) < 0.001
    union all
    -- Guests: orders that nobody's account knows.
    select orders.*, 3 from orders
    where source = 'landing' and dice('guest order', o) < 0.25 and dice('clash', o) >= 0.001 and dice('lines only', o) >= 0.1
)
select
    1 + row_number() over (order by dice('shuffle', o), o, version) as line,
    o, version,
    case when version = 3 then 'SG' else 'SO' end || lpad(cast(o as varchar), 8, '0') as order_ref,
    case when dice('date dirt', o) < 0.002 then 'ambiguous_date' when dice('date dirt', o) < 0.003 then 'invalid_date' end as ordered_at_defect,
    case when dice('amount dirt', o) < 0.002 then 'ambiguous_number' when dice('amount dirt', o) < 0.003 then 'negative_amount' end as amount_defect,
    case when dice('currency dirt', o) < 0.001 then 'unknown_currency' end as currency_defect,
    case when fate >= 0.03 and fate < 0.031 then 'unmapped_value' end as status_defect,
    case
        when dice('date dirt', o) >= 0.003 and dice('amount dirt', o) >= 0.003 and dice('currency dirt', o) >= 0.001
            and dice('clash', o) < 0.001 then 'conflicting_duplicate'
    end as order_ref_defect,
    case
        when dice('date dirt', o) < 0.002 then strftime(day, '%d/%m/%Y')
        when dice('date dirt', o) < 0.003 then '2025-02-31'
        else strftime(cast(day as timestamp) + clock, '%Y-%m-%d %H:%M:%S')
    end as ordered_at,
    case
        when version = 3 or dice('guest', o) < 0.02 then null
        when dice('unknown', o) < 0.002 then 'CU9' || lpad(cast(i as varchar), 7, '0')
        else ref
    end as customer_ref,
    case when fate < 0.02 then 'cancelled' when fate < 0.03 then 'pending' when fate < 0.031 then 'mystery' else 'delivered' end as status,
    case when dice('type', o) < 0.01 then 'sample' else 'normal' end as order_type,
    case when customer_type = 'convenience' then 'web' else one_of(['web', 'shop', 'sales'], 'sold by', o) end as channel,
    case when version < 3 and is_discounted(customer_type, o) then round(amount * 0.1, 2) end as discount_amount,
    case when dice('currency dirt', o) < 0.001 then 'XQZ' when dice('currency gap', o) < 0.05 then null else currency end as currency,
    case
        when dice('amount dirt', o) < 0.002 then '1.234,56'
        when dice('amount dirt', o) < 0.003 then '-' || amount
        when version = 2 then cast(amount + 1 as varchar)
        when dice('lines only', o) < 0.1 then null
        else cast(amount as varchar)
    end as amount
from copies;

create table shop_customers as
select
    1 + row_number() over (order by i, copy) as line,
    records.*,
    case
        when is_bad_country then 'Atlantis'
        when dice('country word', i) < 0.2
            then (map {{'CN': '中国', 'US': 'USA', 'DE': 'Germany', 'GB': 'UK', 'FR': 'France', 'JP': '日本', 'AU': 'Australia', 'BR': 'Brasil', 'CH': 'Schweiz'}})[country]
        else country
    end as country_text,
    (map {{'CN': '139', 'US': '650', 'DE': '0151', 'GB': '07700', 'FR': '06', 'JP': '090', 'AU': '04', 'BR': '119', 'CH': '079'}})[country] as prefix
from records
where source = 'landing';
"""

PERSON_NAME = """case
        when kind = 'organisation' then company || case when is_renamed then '' else one_of([' Ltd', ' GmbH', ' Inc', ' 有限公司'], 'n3', i) end
        when is_renamed and dice('swap', i) < 0.5 then family_name || ' ' || given_name
        when is_renamed then substr(given_name, 1, 1) || '. ' || family_name
        when dice('title', i) < 0.1 then 'Dr. ' || given_name || ' ' || family_name
        else given_name || ' ' || family_name
    end"""

FILES = {
    "customers.csv": f"""
select
    ref as customer_ref,
    case when dice('kind known', i) < 0.9 then case when kind = 'person' and dice('word', i) < 0.2 then 'Individual' else kind end end
        as customer_kind,
    {PERSON_NAME} as name,
    case when is_bad_email then 'none at example' when has_email then case when dice('upper', i) < 0.2 then upper(email) else email end end as email,
    case when is_bad_phone then '12' when has_phone and not is_bad_country and not (country in ('GB', 'FR', 'BR', 'AU', 'JP', 'CH')) then prefix || ' ' || digits || case when country in ('CN', 'DE') then substr(digits, 1, 1) else '' end end as phone,
    country_text as country,
    region_of(country, i) as region,
    city, postal_code, address,
    case when kind = 'person' and has_birth_date then birth_date end as birth_date,
    case when kind = 'organisation' then one_of(['Manufacturing', 'Retail', 'Services'], 'industry', i) end as industry,
    case when dice('currency known', i) < 0.8 then currency end as currency,
    one_of(['web', 'fair', 'referral', 'ads'], 'channel', i) as acquisition_channel,
    case when dice('test', i) < 0.002 then 'true' end as is_test,
    first_day - cast(floor(30 * dice('created', i)) as integer) as created_at,
    cast(first_day as timestamp) + interval 12 hour as updated_at
from shop_customers
order by line
""",
    "orders.csv": "select columns(c -> c not in ('line', 'o', 'version') and not c like '%_defect') from shop_orders order by line",
    "order_lines.csv": """
select
    'SO' || lpad(cast(o as varchar), 8, '0') as order_ref,
    line_number,
    'P' || lpad(cast(cast(floor(case when customer_type = 'convenience' then 4 * (i % 10) + 4 * dice('product ' || line_number, o)
        else 40 * dice('product ' || line_number, o) end) as integer) as varchar), 3, '0') as product_ref,
    1 as quantity,
    case
        when dice('price dirt', o) < 0.005 then 0
        else greatest(0.01, round((amount + case when is_discounted(customer_type, o) then round(amount * 0.1, 2) else 0 end) / 2, 2))
    end as unit_price,
    round(amount / 2 * (0.4 + 0.3 * dice('cost', o)), 2) as unit_cost,
    case when dice('gift', o) < 0.01 and line_number = 2 then 'yes' end as is_gift
from orders, (values (1), (2)) as numbers(line_number)
where source = 'landing' and (dice('detailed', o) < 0.5 or dice('lines only', o) < 0.1)
order by o, line_number
""",
    "refunds.csv": f"""
select
    'RF' || lpad(cast(o as varchar), 8, '0') as refund_ref,
    least(day + cast(floor(25 * dice('after', o)) as integer), date '{LAST_DAY}') as refunded_at,
    case when dice('too much', o) < 0.02 then amount * 2 else round(amount * (0.2 + 0.8 * dice('part', o)), 2) end as amount,
    case when dice('lost', o) < 0.05 then null else 'SO' || lpad(cast(o as varchar), 8, '0') end as order_ref,
    ref as customer_ref,
    one_of(['refund', 'return', 'credit note'], 'refund kind', o) as kind,
    currency
from orders
where source = 'landing' and dice('refunded', o) < case when customer_type = 'problem' then 0.3 else 0.04 end and amount >= 1
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
    # The European Central Bank has the other currencies.
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
    "receivables.csv": """
select
    'RC' || lpad(cast(o as varchar), 8, '0') as receivable_ref,
    'SO' || lpad(cast(o as varchar), 8, '0') as order_ref,
    ref as customer_ref,
    due_at,
    amount, currency,
    day + 1 as invoiced_at,
    case when dice('disputed', o) < 0.23 then 'yes' else 'no' end as is_disputed
from orders
where source = 'landing' and kind = 'organisation'
order by o
""",
    "payments.csv": f"""
select
    'PY' || lpad(cast(o as varchar), 8, '0') as payment_ref,
    1 as line_number,
    'RC' || lpad(cast(o as varchar), 8, '0') as receivable_ref,
    paid_at,
    amount, currency
from orders
where source = 'landing' and kind = 'organisation' and paid_at <= date '{LAST_DAY}'
order by o
""",
    "tickets.csv": f"""
select
    'TK' || lpad(cast(o as varchar), 8, '0') as ticket_ref,
    least(day + 3, date '{LAST_DAY}') as opened_at,
    ref as customer_ref,
    'SO' || lpad(cast(o as varchar), 8, '0') as order_ref,
    one_of(['complaint', 'question', 'claim', 'service'], 'ticket kind', o) as category,
    case when customer_type = 'problem' then 'customer' else one_of(['ours', 'customer', 'carrier', 'unknown'], 'whose', o) end as responsibility,
    cast(1 + floor(5 * dice('happy', o)) as integer) as satisfaction_score
from orders
where source = 'landing' and dice('ticket', o) < case when customer_type = 'problem' then 0.4 else 0.03 end
order by o
""",
    "survey_responses.csv": f"""
select
    'SV' || lpad(cast(o as varchar), 8, '0') as response_ref,
    least(day + 7, date '{LAST_DAY}') as responded_at,
    'nps' as survey,
    -- Most say 8 or 10, who is content answers more often.
    case
        when dice('mood', i) >= 0.5 then [8, 8, 8, 9, 10, 10, 10, 7][1 + cast(floor(8 * dice('nps', o)) as integer)]
        else [0, 2, 3, 5, 6, 7, 8, 8][1 + cast(floor(8 * dice('nps', o)) as integer)]
    end as score,
    ref as customer_ref
from orders
where source = 'landing' and dice('answers', o) < 0.02 + 0.04 * dice('mood', i)
order by o
""",
    "consents.csv": """
select
    ref as customer_ref,
    'email' as channel,
    'marketing' as purpose,
    one_of(['granted', 'granted', 'denied', 'withdrawn'], 'consent', i) as status,
    first_day as given_at
from shop_customers
where dice('asked', i) < 0.5
order by line
""",
    "campaigns.csv": """
select 'CM' || c as campaign_ref, 'Campaign ' || c as name, 'email' as kind, date '2025-01-01' + cast(30 * c as integer) as started_at,
    date '2025-01-15' + cast(30 * c as integer) as ended_at, 500 as cost_amount, 'EUR' as currency
from range(11) as numbers(c)
""",
    "campaign_touches.csv": """
select 'TC' || c || '-' || i as touch_ref, 'CM' || c as campaign_ref, ref as customer_ref, 'email' as channel,
    date '2025-01-02' + cast(30 * c as integer) as sent_at
from shop_customers, range(11) as numbers(c)
where dice('touched ' || c, i) < 0.1 and copy = 0
order by line, c
""",
    "referrals.csv": """
select
    one.ref as referrer_customer_ref,
    other.ref as referred_customer_ref,
    other.first_day as referred_at
from shop_customers as one
join shop_customers as other on other.i = (one.i * 7 + 3) % getvariable('customers') and other.copy = 0 and other.i <> one.i
where dice('refers', one.i) < 0.03 and one.copy = 0
order by one.line
""",
    "zoho_crm/account.csv": """
select
    ref as id,
    company || case when is_renamed then '' else one_of([' Ltd', ' GmbH', ' Inc'], 'n3', i) end as account_name,
    'Customer' as account_type,
    one_of(['Manufacturing', 'Retail', 'Services'], 'industry', i) as industry,
    1 + hash(getvariable('seed'), 'staff', i) % 400 as employees,
    'https://c' || i || '.example.com' as website,
    address as billing_street, city as billing_city, region_of(country, i) as billing_state, postal_code as billing_code,
    case when is_bad_country then 'Atlantis' else country end as billing_country,
    currency,
    'owner' || i % 9 as owner_id,
    strftime(first_day - 20, '%Y-%m-%d 09:00:00') as created_time,
    strftime(first_day, '%Y-%m-%d 09:00:00') as modified_time
from records
where source = 'zoho_crm'
order by i, copy
""",
    "zoho_crm/contact.csv": """
select '7' || ref as id, ref as account_id, given_name as first_name, family_name as last_name, email, 'Buyer' as title,
    case when dice('opt out', i) < 0.1 then 'true' else 'false' end as email_opt_out,
    strftime(first_day, '%Y-%m-%d 09:00:00') as modified_time
from records
where source = 'zoho_crm'
order by i, copy
""",
    "zoho_crm/lead.csv": """
select '9' || ref as id, given_name as first_name, family_name as last_name, company, 'true' as is_converted, ref as converted_account_id,
    'Web' as lead_source, strftime(first_day - 40, '%Y-%m-%d 09:00:00') as created_time, strftime(first_day, '%Y-%m-%d 09:00:00') as modified_time
from records
where source = 'zoho_crm' and copy = 0 and dice('was lead', i) < 0.3
order by i
""",
    "zoho_crm/deal.csv": """
select '5' || ref as id, 'Deal ' || i as deal_name, ref as account_id, round(basket * 3, 2) as amount, currency,
    one_of(['Qualification', 'Needs Analysis', 'Closed Won', 'Closed Lost'], 'stage', i) as stage,
    strftime(first_day, '%Y-%m-%d 09:00:00') as created_time, strftime(first_day + 10, '%Y-%m-%d 09:00:00') as modified_time
from records
where source = 'zoho_crm' and dice('deal', i) < 0.5
order by i, copy
""",
    "zoho_crm/quote.csv": """
select '6' || ref as id, 'Quote ' || i as subject, ref as account_id, round(basket * 3, 2) as grand_total, currency, 'Delivered' as quote_stage,
    strftime(first_day, '%Y-%m-%d 09:00:00') as created_time, strftime(first_day, '%Y-%m-%d 09:00:00') as modified_time
from records
where source = 'zoho_crm' and dice('quote', i) < case when customer_type = 'potential' then 0.9 else 0.2 end
order by i, copy
""",
    "zoho_crm/sales_order.csv": """
select
    'Z' || o as id, ref as account_id, strftime(cast(day as timestamp) + clock, '%Y-%m-%d %H:%M:%S') as created_time,
    case when fate < 0.02 then 'Cancelled' when fate < 0.04 then 'Created' else 'Delivered' end as status,
    amount as sub_total, 0 as discount, round(amount * 0.19, 2) as tax, round(amount * 1.19, 2) as grand_total, currency,
    strftime(cast(day as timestamp) + clock, '%Y-%m-%d %H:%M:%S') as modified_time
from orders
where source = 'zoho_crm'
order by o
""",
    "zoho_crm/sales_order_line.csv": """
select 'Z' || o as sales_order_id, 1 as line_number, 'P' || o % 40 as product_id, 2 as quantity, round(amount / 2, 2) as list_price, 0 as discount
from orders
where source = 'zoho_crm' and amount >= 1
order by o
""",
    "zoho_crm/call.csv": """
select 'L' || o as id, 'Outbound' as call_type, ref as what_id, 'Accounts' as se_module, '05:30' as call_duration,
    strftime(cast(day as timestamp) + clock, '%Y-%m-%d %H:%M:%S') as call_start_time
from orders
where source = 'zoho_crm' and dice('called', o) < 0.2
order by o
""",
    "fxiaoke/AccountObj.jsonl": """
select
    ref as _id, company || case when is_renamed then '' else '有限公司' end as name, ['1007'] as owner,
    case when has_email then email end as email, '248' as country, '中国' as country__r, '2' as province,
    region_of('CN', i) as province__r, city, address,
    cast(1 + i % 3 as varchar) as industry_level1, ['制造业', '零售', '服务'][1 + i % 3] as industry_level1__r,
    case when dice('tax ' || copy, i) < 0.5 then '91' || lpad(cast(i as varchar), 16, '0') end as uniform_social_credit_code,
    epoch_ms(cast(first_day as timestamp)) as create_time, epoch_ms(cast(first_day as timestamp)) as last_modified_time,
    case when dice('void', i) < 0.01 and copy > 0 then 'invalid' else 'normal' end as life_status, false as is_deleted
from records
where source = 'fxiaoke'
order by i, copy
""",
    "fxiaoke/SalesOrderObj.jsonl": """
select 'F' || o as _id, ref as account_id, cast(amount as varchar) as order_amount, epoch_ms(cast(day as timestamp) + clock) as order_time,
    case when fate < 0.02 then 'invalid' when fate < 0.04 then 'under_review' else 'normal' end as life_status, 'CNY' as mc_currency,
    epoch_ms(cast(day as timestamp) + clock) as last_modified_time
from orders
where source = 'fxiaoke'
order by o
""",
    "fxiaoke/OrderPaymentObj.jsonl": f"""
select 'FP' || o as _id, 'F' || o as order_id, ref as account_id, cast(amount as varchar) as payment_amount,
    epoch_ms(cast(paid_at as timestamp)) as payment_time
from orders
where source = 'fxiaoke' and paid_at <= date '{LAST_DAY}'
order by o
""",
    "fxiaoke/PaymentPlanObj.jsonl": """
select 'FL' || o as _id, 'F' || o as order_id, ref as account_id, cast(amount as varchar) as plan_payment_amount,
    epoch_ms(cast(day + 30 as timestamp)) as plan_payment_time
from orders
where source = 'fxiaoke'
order by o
""",
    # Sessions around orders of the shop that were found online: one that buys, two dozen before it that do not.
    "ga4/events.parquet": """
with sessions as (
    select o, i, ref, amount, visit, steps.name, steps.part,
        cast(day as timestamp) + clock - to_hours(cast(visit * 31 as bigint)) + to_seconds(cast(part * 40 as bigint)) as moment
    from orders, unnest(range(25)) as visits(visit), (values ('session_start', 0), ('page_view', 1), ('add_to_cart', 2), ('purchase', 3)) as steps(name, part)
    where source = 'landing' and dice('online', o) < 0.02
        and case when visit = 0 then true else part <= 1 or part = 2 and dice('cart ' || visit, o) < 0.1 end
)
select
    strftime(moment, '%Y%m%d') as event_date,
    epoch_us(moment) as event_timestamp,
    name as event_name,
    'v' || i as user_pseudo_id,
    case when visit = 0 and dice('signed in', i) < 0.3 then ref end as user_id,
    [struct_pack(key := 'ga_session_id', value := struct_pack(string_value := cast(null as varchar), int_value := 100 * o + visit, float_value := cast(null as double), double_value := cast(null as double))),
     struct_pack(key := 'page_location', value := struct_pack(string_value := 'https://shop.example/' || name, int_value := cast(null as bigint), float_value := cast(null as double), double_value := cast(null as double)))] as event_params,
    struct_pack(analytics_storage := case when dice('analytics', i) < 0.7 then 'Yes' else 'No' end) as privacy_info,
    struct_pack(transaction_id := case when name = 'purchase' then 'SO' || lpad(cast(o as varchar), 8, '0') end, purchase_revenue := case when name = 'purchase' then amount end) as ecommerce,
    struct_pack(source := one_of(['google', 'newsletter', '(direct)'], 'came from', i), medium := one_of(['cpc', 'email', '(none)'], 'came from', i), name := cast(null as varchar)) as traffic_source
from sessions
order by o, visit, part
""",
}

# What a list page exports is one sheet, of at most 100,000 rows here.
WORKBOOKS = {
    "fxiaoke/联系人.xlsx": """
select '8' || ref as "唯一性ID", given_name || ' ' || family_name as "姓名（必填）", ref as "* 客户ID", '139' || digits || substr(digits, 1, 1) as "手机",
    email as "邮件", strftime(first_day, '%Y-%m-%d %H:%M') as "创建时间"
from records
where source = 'fxiaoke' and dice('has contact', i) < 0.6
order by i, copy
limit 100000
""",
}

TRUTH = {
    "records.csv": "select source as source_system, ref as customer_ref, i as entity from records order by 1, 2",
    # Later default by the months in arrears on the last day: 13, 34, 69, 76 % (measured on card holders).
    "customers.csv": f"""
with arrears as (
    select i, least(3, max(ceil(date_diff('day', due_at, date '{LAST_DAY}') / 30.0))) as months
    from orders
    where kind = 'organisation' and due_at < date '{LAST_DAY}' and (paid_at is null or paid_at > date '{LAST_DAY}')
    group by i
)
select
    customers.i as entity, customers.kind, customers.customer_type, round(customers.late_share, 4) as late_share,
    cast(coalesce(arrears.months, 0) as integer) as months_in_arrears,
    case when customers.kind = 'organisation' then dice('default', customers.i)
        < [0.13, 0.34, 0.69, 0.76][1 + cast(coalesce(arrears.months, 0) as integer)] end as is_later_default, round(yearly_rate, 4) as yearly_rate, round(dropout, 4) as dropout_probability, is_prospect, first_day,
    max(orders.day) as last_day, count(orders.o) as orders, date '{LAST_DAY}' as observed_to
from customers
left join orders on customers.i = orders.i
left join arrears on customers.i = arrears.i
group by all
order by 1
""",
    "defects.csv": """
select 'orders.csv' as file, line, replace(name, '_defect', '') as column_name, rule_code
from (unpivot (select line, columns('.*_defect') from shop_orders) on columns(* exclude line) into name name value rule_code)
union all
select 'customers.csv', line, 'email', 'invalid_email' from shop_customers where is_bad_email
union all
select 'customers.csv', line, 'phone', 'invalid_phone' from shop_customers where is_bad_phone
union all
select 'customers.csv', line, 'country', 'unknown_country' from shop_customers where is_bad_country
order by 1, 2
""",
}
