{{ config(meta={'exit_code': 2, 'remedy':
    'sums of money must stay below 100,000,000,000,000 in the reporting currency: '
    ~ 'set a currency of larger units in dbt_project.yml, or correct the amounts'}) }}
{# Before anything is summed: what one customer record paid and what that cost, and what it, or one order, got back. #}
{%- set text = dbt.type_string() -%}
with movements as (
    select 'orders of customer' as what, cast(record_key as {{ text }}) as sum_key, customer_ref as ref, gross_amount as amount
    from {{ ref('int_orders_converted') }}
    where is_purchase and record_key is not null
    union all
    select 'costs of customer', cast(record_key as {{ text }}), customer_ref, abs(cost_amount)
    from {{ ref('int_orders_converted') }}
    where is_purchase and record_key is not null
    union all
    select 'refunds of the customer with the key', cast(record_key as {{ text }}), cast(record_key as {{ text }}), claimed_amount
    from {{ ref('int_refunds_converted') }}
    where record_key is not null
    union all
    select 'refunds of order', concat(order_source_system, '|', order_ref), order_ref, claimed_amount
    from {{ ref('int_refunds_converted') }}
    where has_order
)

select concat('the ', what, ' ', max(ref), ' sum to ', cast(sum(amount) as {{ text }})) as what
from movements
group by what, sum_key
having sum(amount) >= 100000000000000
