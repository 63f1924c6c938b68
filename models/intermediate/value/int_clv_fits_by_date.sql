{#
    Grain: date due x criteria version x customer kind: the parameters fitted for the date, or for the latest date before that has any, one
    column each.
#}
{%- set fitted = {'mbg_nbd': ['r', 'alpha', 'a', 'b'], 'nbd': ['r', 'alpha'], 'gamma_gamma': ['p', 'q', 'v']} -%}
with fits as (
    select
        due.as_of_date,
        parameters.*,
        row_number() over (
            partition by due.as_of_date, parameters.criteria_version, parameters.customer_kind, parameters.model
            order by parameters.fitted_as_of desc
        ) as position
    from {{ ref('int_dates_due') }} as due
    inner join {{ source('grading', 'clv_parameters') }} as parameters
        on due.criteria_version = parameters.criteria_version and due.as_of_date >= parameters.fitted_as_of
)

select
    as_of_date,
    criteria_version,
    customer_kind,
    {%- for model, names in fitted.items() %}
    max(case when model = '{{ model }}' and is_converged then 1 else 0 end) = 1 as has_{{ model }},
    {%- for name in names %}
    max(case when model = '{{ model }}' then {{ name }} end) as {{ model }}_{{ name }}{{ ',' if not (loop.last and model == 'gamma_gamma') }}
    {%- endfor %}
    {%- endfor %}
from fits
where position = 1
group by as_of_date, criteria_version, customer_kind
