{#
    Grain: one row: the terms of the programme at the as-of date, amounts in the reporting currency, and whether it is simulated from orders: no
    movement was landed. Without a rate from the currency of the terms nothing is simulated, and points have no value.
#}
{%- set numbers = ['loyalty_simulation_counts', 'loyalty_return_days', 'loyalty_expiry_months', 'loyalty_birthday_max_points', 'loyalty_growth_days',
    'loyalty_grace_days'] %}
with movements as (
    select count(*) as movement_count
    from {{ ref('int_loyalty_entries_unioned') }}
    where record_status = 'accepted'
)

select
    criteria.as_of_date,
    criteria.criteria_version,
    movements.movement_count = 0 as is_simulated,
    {%- for number in numbers %}
    criteria.{{ number }},
    {%- endfor %}
    {{ times('units.value', 'unit_rates.rate') }} as unit_amount,
    {{ times('points.value', 'point_rates.rate') }} as point_amount
from {{ ref('int_criteria_by_date') }} as criteria
cross join movements
{%- for alias, name in [('units', 'loyalty_unit_amount'), ('points', 'loyalty_point_amount')] %}
inner join {{ ref('criteria_numbers') }} as {{ alias }}
    on criteria.criteria_version = {{ alias }}.criteria_version and {{ alias }}.name = '{{ name }}'
left join {{ ref('int_reference_rates_by_date') }} as {{ alias[:-1] }}_rates
    on criteria.as_of_date = {{ alias[:-1] }}_rates.as_of_date and {{ alias }}.unit = {{ alias[:-1] }}_rates.currency
{%- endfor %}
where criteria.is_current and criteria.customer_kind = 'person'
    and (movements.movement_count > 0 or criteria.loyalty_simulation_counts = 1 and unit_rates.rate is not null)
