{#
    Grain: one lead that says what it was converted to, by its latest version, and what is wrong with that: a record that
    nobody knows, or a circle of leads, itself included, of up to eight. Such a lead stands on its own: it is linked to
    nothing and graded, or its money would be in nobody's figures.
#}
{%- set steps = 8 %}
with conversions as (
    select
        record_key,
        max_by(
            converted_to_record_key,
            concat(coalesce(cast(updated_at as {{ dbt.type_string() }}), ''), '|', cast(converted_to_record_key as {{ dbt.type_string() }}))
        ) as target_key
    from {{ ref('int_customer_versions') }}
    where record_role = 'lead' and converted_to_record_key is not null
    group by record_key
)

select
    step1.record_key,
    step1.target_key as converted_to_record_key,
    records.exists_from as converted_from,
    case
        when records.record_key is null then 'unknown_customer'
        when step1.record_key in (step1.target_key
            {%- for step in range(2, steps + 1) %}, coalesce(step{{ step }}.target_key, step1.target_key){% endfor %})
            then 'circular_reference'
    end as problem
from conversions as step1
left join {{ ref('int_records') }} as records on step1.target_key = records.record_key
{%- for step in range(2, steps + 1) %}
left join conversions as step{{ step }} on step{{ step - 1 }}.target_key = step{{ step }}.record_key
{%- endfor %}
