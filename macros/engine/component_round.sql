{# One round: the CTE `next` with a label for every key of the relation `labels`. #}
{% macro component_round(labels, edges) -%}
with grand as (
    select own.record_key, own.component_key, above.component_key as grand_key
    from {{ labels }} as own
    inner join {{ labels }} as above on own.component_key = above.record_key
),

near as (
    select edges.from_key as record_key, min(grand.grand_key) as near_key
    from {{ edges }} as edges
    inner join grand on edges.to_key = grand.record_key
    group by edges.from_key
),

hooked as (
    select grand.component_key as record_key, min(near.near_key) as hook_key
    from grand
    inner join near on grand.record_key = near.record_key
    group by grand.component_key
),

next as (
    select
        grand.record_key,
        least(grand.grand_key, near.near_key, coalesce(hooked.hook_key, grand.grand_key)) as component_key
    from grand
    inner join near on grand.record_key = near.record_key
    left join hooked on grand.record_key = hooked.record_key
)
{%- endmacro %}
