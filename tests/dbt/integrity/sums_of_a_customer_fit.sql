{{ config(meta={'exit_code': 2, 'remedy':
    'sums of money must stay below 100,000,000,000,000 in the reporting currency: '
    ~ 'set a currency of larger units in dbt_project.yml, or correct the amounts'}) }}
{# Before the records of a customer are summed, and all customers. #}
with sums as (
    select records.customer_key, max(records.customer_ref) as customer_ref, sum(days.gross_amount) as amount
    from {{ ref('int_customer_days') }} as days
    inner join {{ ref('int_records_resolved') }} as records on days.record_key = records.record_key
    group by records.customer_key
)

select concat('the orders of customer ', customer_ref, ' sum to ', cast(amount as {{ dbt.type_string() }})) as what
from sums
where amount >= 100000000000000
union all
select concat('the orders of all customers sum to ', cast(sum(amount) as {{ dbt.type_string() }})) from sums
having sum(amount) >= 100000000000000
