{#
    Grain: member at the as-of date: its growth of the days of the criteria, and its level: up at once; down when the level has been lower for
    longer than the days of grace, and by one level a year at most.
#}
{%- set moments = [('now', '0'), ('grace', 'terms.loyalty_grace_days'), ('year', '365')] %}
with grown as (
    select
        movements.customer_key,
        terms.criteria_version,
        {%- for name, days in moments %}
        {{ sum_where('movements.points', 'movements.moved_date <= ' ~ days_after('terms.as_of_date', '-' ~ days) ~ ' and movements.moved_date > '
            ~ days_after('terms.as_of_date', '-' ~ days ~ ' - terms.loyalty_growth_days')) }} as growth_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_loyalty_movements') }} as movements
    cross join {{ ref('int_loyalty_terms') }} as terms
    where movements.ledger = 'growth'
    group by movements.customer_key, terms.criteria_version
),

placed as (
    select
        grown.customer_key,
        grown.criteria_version,
        grown.growth_now,
        greatest(now.position, grace.position, year.position - 1) as position
    from grown
    {%- for name, _ in moments %}
    inner join {{ ref('int_loyalty_bands') }} as {{ name }}
        on grown.criteria_version = {{ name }}.criteria_version
        and greatest(grown.growth_{{ name }}, 0) >= {{ name }}.min_growth
        and greatest(grown.growth_{{ name }}, 0) < {{ name }}.next_growth
    {%- endfor %}
)

select
    placed.customer_key,
    placed.growth_now as growth,
    levels.loyalty_level,
    levels.next_level,
    case when levels.next_level is not null then cast(greatest(levels.next_growth - placed.growth_now, 0) as decimal(18, 4)) end as growth_to_next_level,
    levels.services
from placed
inner join {{ ref('int_loyalty_bands') }} as levels
    on placed.criteria_version = levels.criteria_version and placed.position = levels.position
