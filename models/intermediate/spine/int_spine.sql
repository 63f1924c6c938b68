{#
    Grain: one date that grades are due for, with the criteria version in force: the as-of date and the 12 month ends
    before it. The one place that decides which dates are computed.
#}
with months as (
    {% for month in range(12) -%}
    select {{ month }} as months{{ ' union all' if not loop.last }}
    {% endfor %}
),

due as (
    select as_of_date, true as is_current from {{ ref('int_run_settings') }}
    union all
    select {{ month_end_before('settings.as_of_date', 'months.months') }}, false
    from {{ ref('int_run_settings') }} as settings
    cross join months
)

select
    due.as_of_date,
    due.is_current,
    periods.criteria_version
from due
inner join {{ ref('int_criteria_periods') }} as periods
    on due.as_of_date >= periods.valid_from and due.as_of_date < periods.valid_to
where due.as_of_date is not null
