{#
    Grain: one date of the publication: the as-of date and the 12 month ends before it, with the criteria version in
    force on it.
#}
with months as (
    {% for month in range(12) -%}
    select {{ month }} as months{{ ' union all' if not loop.last }}
    {% endfor %}
),

dates as (
    select as_of_date, true as is_current from {{ ref('int_run_settings') }}
    union all
    select {{ month_end_before('settings.as_of_date', 'months.months') }}, false
    from {{ ref('int_run_settings') }} as settings
    cross join months
)

select
    dates.as_of_date,
    dates.is_current,
    periods.criteria_version
from dates
inner join {{ ref('int_criteria_periods') }} as periods
    on dates.as_of_date >= periods.valid_from and dates.as_of_date < periods.valid_to
where dates.as_of_date is not null
