{#
    Grain: date due x criteria version x graded customer with purchases that were undone by refunds: the last day on
    which it came back after a gap longer than the criteria allow, counted between the purchases that stand on the date.
    For the few customers for whom the days between purchases depend on the date from which one looks.
#}
with gaps as (
    select
        as_of_date,
        criteria_version,
        customer_key,
        activity_date,
        reactivation_gap_days,
        lag(activity_date) over (partition by as_of_date, criteria_version, customer_key order by activity_date) as previous_date
    from {{ ref('int_purchase_days_dated') }}
    where has_undone_purchases and is_purchase_day
)

select as_of_date, criteria_version, customer_key, max(activity_date) as returned_date
from gaps
where {{ days_between('previous_date', 'activity_date') }} > reactivation_gap_days
group by as_of_date, criteria_version, customer_key
