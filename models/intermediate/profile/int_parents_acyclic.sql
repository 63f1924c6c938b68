{#
    Grain: one customer with a parent, both resolved from records and there at the as-of date. Parents that lead back to
    the customer itself, over up to eight steps, are cut: of a circle nobody has a parent.
#}
{%- set steps = 8 %}
with parents as (
    select distinct attributes.customer_key as child_key, records.customer_key
    from {{ ref('int_customer_attributes') }} as attributes
    inner join {{ ref('int_records_resolved') }} as records on attributes.parent_record_key = records.record_key
    inner join {{ ref('int_run_settings') }} as settings on records.exists_from <= settings.as_of_date
    where attributes.customer_key <> records.customer_key
)

select
    step1.child_key,
    step1.customer_key
from parents as step1
{%- for step in range(2, steps + 1) %}
left join parents as step{{ step }} on step{{ step - 1 }}.customer_key = step{{ step }}.child_key
{%- endfor %}
where step1.child_key not in (step1.customer_key
    {%- for step in range(2, steps + 1) %}, coalesce(step{{ step }}.customer_key, step1.customer_key){% endfor %})
