{#
    The connected components of a graph of links: one row per linked key, with the smallest key it is connected to, over
    any number of links.

    Both engines repeat one round until nothing changes (FastSV: Zhang, Azad and Hu, 2020): each key takes the smallest
    label that its neighbours' labels have, and so does the key that it has as label. The number of rounds grows with the
    logarithm of the longest chain: 20 for a chain of a million. DuckDB recurses; Spark has no recursion, so a loop before
    the model writes label tables.
#}
{% macro connected_components(links, one, other) %}{{ return(adapter.dispatch('connected_components')(links, one, other)) }}{% endmacro %}

{% macro duckdb__connected_components(links, one, other) -%}
with recursive edges as materialized (
    {{ edges_both_ways(links, one, other) }}
),

labels (round, record_key, component_key, is_changed) as (
    select 0, from_key, least(from_key, min(to_key)), true
    from edges
    group by from_key
    union all
    (
        {{ component_round('labels', 'edges') | indent(8) }}
        select
            labels.round + 1,
            next.record_key,
            next.component_key,
            next.component_key < labels.component_key
        from next
        inner join labels on next.record_key = labels.record_key
        where (select max(is_changed) from labels)
    )
)

select record_key, min(component_key) as component_key from labels
group by record_key
{%- endmacro %}

{% macro spark__connected_components(links, one, other) -%}
select record_key, component_key from {{ this.schema }}.{{ this.identifier }}__labels
{%- endmacro %}
