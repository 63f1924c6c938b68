{#
    Grain: measure x subject: figures of the orders of one folder. The subject is a raw table, or one and a currency.
#}
with described as (
    select distinct record_key from {{ ref('int_customer_versions') }}
),

orders as (
    select
        orders.raw_table,
        orders.record_key,
        described.record_key is not null as is_described
    from {{ ref('int_orders_valued') }} as orders
    left join described on orders.record_key = described.record_key
),

customers as (
    select raw_table, record_key, count(*) as order_count
    from orders
    where record_key is not null
    group by raw_table, record_key
),

links as (
    select
        raw_table,
        cast(count(*) as double) as row_count,
        cast(count(case when record_key is null then 1 end) as double) as nameless_rows,
        cast(count(case when record_key is not null and not is_described then 1 end) as double) as undescribed_rows
    from orders
    group by raw_table
),

largest as (
    select raw_table, cast(max(order_count) as double) as order_count
    from customers
    group by raw_table
),

ordered as (
    select
        concat(raw_table, ' ', coalesce(stated_currency, 'XXX')) as subject,
        cast(original_amount as double) as amount,
        row_number() over (partition by raw_table, stated_currency order by original_amount) as position,
        count(*) over (partition by raw_table, stated_currency) as row_count
    from {{ ref('int_orders_valued') }}
    where is_countable and original_amount > 0
),

amounts as (
    select
        subject,
        cast(max(row_count) as double) as row_count,
        max(case when position * 2 <= row_count + 1 then amount end) as median_amount,
        max(case when position * 100 <= row_count * 99 + 99 then amount end) as high_amount
    from ordered
    group by subject
)

select 'nameless_percent' as measure, raw_table as subject, 100 * nameless_rows / row_count as value, row_count from links
union all
select 'undescribed_percent', raw_table, 100 * undescribed_rows / row_count, row_count from links
union all
select 'largest_customer_percent', links.raw_table, 100 * largest.order_count / links.row_count, links.row_count
from links inner join largest on links.raw_table = largest.raw_table
union all
select 'median_amount', subject, median_amount, row_count from amounts
union all
select 'high_amount', subject, high_amount, row_count from amounts
