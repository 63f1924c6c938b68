{# Grain: measure x subject: what the gate at the exit looks at, beside the published file itself. #}
with figures as (
    select measure, subject, value, row_count from {{ ref('int_graded_figures') }}
),

before as (
    select measure, subject, last_value, last_row_count, weekday_value
    from {{ ref('int_figures_before') }}
    where gate = 'exit' and last_value is not null
)

{{ observed('figures', 'before') }}
