{#
    Grain: date due x criteria version x graded customer with something owed or paid by then. What is open by days past due, and
    how receivables that fell due in the window were paid: each counts to the day on which it was settled, an open one to the date.
    Means are weighted by amount.
#}
{%- set buckets = {'overdue_1_30': (1, 30), 'overdue_31_60': (31, 60), 'overdue_61_90': (61, 90), 'overdue_91': (91, 99999)} %}
with summed as (
    select
        as_of_date,
        criteria_version,
        customer_key,
        cast(sum(unpaid_amount) as decimal(18, 4)) as open_amount,
        {{ sum_where('unpaid_amount', 'due_date >= as_of_date') }} as not_due_amount,
        {%- for bucket, (first, last) in buckets.items() %}
        {{ sum_where('unpaid_amount', 'late_days between ' ~ first ~ ' and ' ~ last) }} as {{ bucket }}_amount,
        {%- endfor %}
        {{ sum_where('unpaid_amount', 'is_disputed') }} as disputed_amount,
        coalesce(max(case when is_open then late_days end), 0) as days_past_due,
        cast(count(case when is_in_window then 1 end) as integer) as due_count,
        cast(count(case when is_in_window and is_late then 1 end) as integer) as late_count,
        {{ sum_where('owed_amount', 'is_in_window') }} as due_amount,
        cast(sum(case when is_in_window then cast(least(late_days, 9999) as decimal(18, 0)) * owed_amount else 0 end) as decimal(38, 4)) as late_day_amount
    from {{ ref('int_receivables_aged') }}
    group by as_of_date, criteria_version, customer_key
),

covered as (
    select as_of_date, criteria_version, customer_key, original_currency, sum(covered_original_amount) as covered_amount
    from {{ ref('int_receivables_aged') }}
    group by as_of_date, criteria_version, customer_key, original_currency
),

received as (
    select
        customers.as_of_date,
        customers.criteria_version,
        payments.customer_key,
        payments.covered_currency,
        sum(payments.paid_amount) as paid_amount,
        sum(payments.amount) as amount
    from {{ ref('int_payments_received') }} as payments
    inner join {{ ref('int_customers_by_date') }} as customers
        on payments.customer_key = customers.customer_key and payments.known_from <= customers.as_of_date
    where customers.is_graded
    group by customers.as_of_date, customers.criteria_version, payments.customer_key, payments.covered_currency
),

balances as (
    {# What was received and covers nothing, at the mean rate of what was received in the currency. #}
    select
        received.as_of_date,
        received.criteria_version,
        received.customer_key,
        cast(sum(case
            when received.paid_amount > coalesce(covered.covered_amount, 0)
                then cast(
                    cast(received.amount as double) * cast(received.paid_amount - coalesce(covered.covered_amount, 0) as double)
                    / cast(received.paid_amount as double) as decimal(18, 4)
                )
            else 0
        end) as decimal(18, 4)) as balance_amount
    from received
    left join covered
        on received.as_of_date = covered.as_of_date
        and received.criteria_version = covered.criteria_version
        and received.customer_key = covered.customer_key
        and received.covered_currency = covered.original_currency
    group by received.as_of_date, received.criteria_version, received.customer_key
)

select
    coalesce(summed.as_of_date, balances.as_of_date) as as_of_date,
    coalesce(summed.criteria_version, balances.criteria_version) as criteria_version,
    coalesce(summed.customer_key, balances.customer_key) as customer_key,
    {%- for column in ['open', 'not_due', 'overdue_1_30', 'overdue_31_60', 'overdue_61_90', 'overdue_91', 'disputed'] %}
    coalesce(summed.{{ column }}_amount, cast(0 as decimal(18, 4))) as {{ column }}_amount,
    {%- endfor %}
    coalesce(summed.days_past_due, 0) as days_past_due,
    coalesce(summed.due_count, 0) as due_count,
    coalesce(summed.late_count, 0) as late_count,
    case when summed.due_amount > 0 then cast({{ ratio_of('summed.late_day_amount', 'summed.due_amount') }} as decimal(18, 4)) end as mean_late_days,
    coalesce(balances.balance_amount, cast(0 as decimal(18, 4))) as balance_amount
from summed
full outer join balances
    on summed.as_of_date = balances.as_of_date
    and summed.criteria_version = balances.criteria_version
    and summed.customer_key = balances.customer_key
