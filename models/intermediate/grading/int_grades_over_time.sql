{{ config(materialized='view') }}
{#
    Grain: date of the publication x graded customer: the month ends, kept or computed now, and the as-of date. Of what is
    kept only that counts which was computed from today's inputs. Of who refuses to be profiled nothing is shown, of the time before
    the refusal either.
#}
with refused as (
    select refusals.customer_key
    from {{ ref('int_profiling_refusals') }} as refusals
    inner join {{ ref('int_run_settings') }} as settings
        on refusals.known_from <= settings.as_of_date and refusals.known_until > settings.as_of_date
),

grades as (
    select
        {%- for column in history_columns() %}
        kept.{{ column }},
        {%- endfor %}
        false as is_current
    from {{ source('previous', 'grades_at_month_ends') }} as kept
    inner join {{ ref('int_dates_fingerprinted') }} as dates
        on kept.as_of_date = dates.as_of_date
        and kept.criteria_version = dates.criteria_version
        and kept.fingerprint = dates.fingerprint
        and not dates.is_current
    {%- for model, is_current in [('int_grades_at_month_ends', 'false'), ('int_grades_now', 'true')] %}
    union all
    select
        {%- for column in history_columns() %}
        {{ column }},
        {%- endfor %}
        {{ is_current }}
    from {{ ref(model) }}
    {%- endfor %}
)

select grades.*
from grades
left join refused on grades.customer_key = refused.customer_key
where refused.customer_key is null
