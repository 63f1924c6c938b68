{#
    Grain: date due x criteria version x graded customer with something owed, paid or promised by then, or a credit limit. Exposure is
    what is open, and what was ordered, is not delivered and not invoiced, less the customer's balance; never below 0. Limits are taken
    at the rate of the date; without one they are not known.
#}
{%- set zero = 'cast(0 as decimal(18, 4))' -%}
with undelivered as (
    select
        customers.as_of_date,
        customers.criteria_version,
        customers.customer_key,
        cast(sum(orders.gross_amount) as decimal(18, 4)) as undelivered_amount
    from {{ ref('int_customers_by_date') }} as customers
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on customers.as_of_date = criteria.as_of_date
        and customers.criteria_version = criteria.criteria_version
        and customers.customer_kind = criteria.customer_kind
    inner join {{ ref('int_orders_promised') }} as orders
        on customers.customer_key = orders.customer_key
        and customers.as_of_date >= orders.known_from
        and customers.as_of_date < orders.delivered_date
        and {{ days_after('orders.promised_date', 'criteria.undelivered_lapse_days') }} >= customers.as_of_date
    left join {{ ref('int_receivables_owed') }} as receivables
        on orders.order_key = receivables.order_key and customers.as_of_date >= receivables.known_from
    where customers.is_graded and receivables.order_key is null
    group by customers.as_of_date, customers.criteria_version, customers.customer_key
)

select
    customers.as_of_date,
    customers.criteria_version,
    customers.customer_key,
    attributes.credit_rating,
    attributes.credit_reviewed_date,
    cast(case
        when {{ fits_money('attributes.credit_limit', 'rates.rate') }} then {{ times('attributes.credit_limit', 'rates.rate') }}
    end as decimal(18, 4)) as limit_amount,
    cast(case
        when {{ fits_money('attributes.insured_credit_limit', 'rates.rate') }}
            then {{ times('attributes.insured_credit_limit', 'rates.rate') }}
    end as decimal(18, 4)) as insured_amount,
    coalesce(undelivered.undelivered_amount, {{ zero }}) as undelivered_amount,
    cast(greatest(
        coalesce(payments.open_amount, 0) + coalesce(undelivered.undelivered_amount, 0) - coalesce(payments.balance_amount, 0), 0
    ) as decimal(18, 4)) as exposure_amount
from {{ ref('int_customers_by_date') }} as customers
left join {{ ref('int_payments_measured') }} as payments
    on customers.as_of_date = payments.as_of_date
    and customers.criteria_version = payments.criteria_version
    and customers.customer_key = payments.customer_key
left join undelivered
    on customers.as_of_date = undelivered.as_of_date
    and customers.criteria_version = undelivered.criteria_version
    and customers.customer_key = undelivered.customer_key
left join {{ ref('int_customer_attributes_by_date') }} as attributes
    on customers.as_of_date = attributes.as_of_date
    and case when customers.customer_kind = 'organisation' then customers.customer_key end = attributes.customer_key
left join {{ ref('int_reference_rates_by_date') }} as rates
    on customers.as_of_date = rates.as_of_date and attributes.credit_currency = rates.currency
where customers.is_graded and (
    payments.customer_key is not null or undelivered.customer_key is not null or attributes.credit_rating is not null
    or attributes.credit_limit is not null or attributes.insured_credit_limit is not null
    or attributes.credit_reviewed_date is not null
)
