{#
    Grain: date due x criteria version x amount that a graded customer owes and that is known then: whether it is open on the date, and how
    late it was paid, or is. One of which at most the tolerance is open is settled: banks keep charges.
#}
with receivables as (
    select
        settled.*,
        customers.criteria_version,
        criteria.late_grace_days,
        {{ days_after('customers.as_of_date', '-criteria.payment_window_days') }} as window_after,
        settled.open_original_amount > criteria.receivable_tolerance_share * settled.original_amount as is_open
    from {{ ref('int_receivables_settled') }} as settled
    inner join {{ ref('int_customers_by_date') }} as customers
        on settled.as_of_date = customers.as_of_date and settled.customer_key = customers.customer_key
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on customers.as_of_date = criteria.as_of_date
        and customers.criteria_version = criteria.criteria_version
        and customers.customer_kind = criteria.customer_kind
    where customers.is_graded
),

aged as (
    select
        receivables.*,
        case when is_open then open_amount else cast(0 as decimal(18, 4)) end as unpaid_amount,
        greatest({{ days_between('due_date', 'case when is_open then as_of_date else coalesce(last_covered_date, due_date) end') }}, 0)
            as late_days,
        due_date <= as_of_date and due_date > window_after as is_in_window
    from receivables
)

select
    as_of_date,
    criteria_version,
    customer_key,
    receivable_key,
    due_date,
    is_disputed,
    is_open,
    original_currency,
    cast(original_amount - open_original_amount as decimal(18, 4)) as covered_original_amount,
    owed_amount,
    open_amount,
    unpaid_amount,
    last_covered_date,
    late_days,
    late_days > late_grace_days as is_late,
    is_in_window
from aged
