{{ config(meta={'exit_code': 2, 'remedy': 'sums of money must stay below 100,000,000,000,000 in the reporting currency: set a currency of larger units in dbt_project.yml, or correct the amounts'}) }}
{# Before anything is summed: what one customer record paid, and what it got back. #}
with movements as (
    select customer_source_system, customer_ref, record_key, gross_amount as amount
    from {{ ref('int_orders_converted') }}
    where is_purchase and record_key is not null
)

select
    concat('the orders of customer ', max(customer_ref), ' of ', max(customer_source_system), ' sum to ',
        cast(sum(amount) as {{ dbt.type_string() }})) as what
from movements
group by record_key
having sum(amount) >= 100000000000000
