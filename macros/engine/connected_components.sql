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

{% macro edges_both_ways(links, one, other) -%}
select {{ one }} as from_key, {{ other }} as to_key from {{ links }}
union
select {{ other }}, {{ one }} from {{ links }}
{%- endmacro %}

{% macro prepare_connected_components(links_name, one, other) %}{{ return(adapter.dispatch('prepare_connected_components')(links_name, one, other)) }}{% endmacro %}

{% macro duckdb__prepare_connected_components(links_name, one, other) %}{{ return([]) }}{% endmacro %}

{% macro spark__prepare_connected_components(links_name, one, other) %}
    {{ return("{{ spark_label_components(ref('" ~ links_name ~ "'), '" ~ one ~ "', '" ~ other ~ "') }}") }}
{% endmacro %}

{% macro spark_label_components(links, one, other) %}
    {%- if execute -%}
        {%- set base = this.schema ~ '.' ~ this.identifier -%}
        {%- for name in ('edges', 'labels', 'next') -%}{%- do run_query('drop table if exists ' ~ base ~ '__' ~ name) -%}{%- endfor -%}
        {%- do run_query('create table ' ~ base ~ '__edges using parquet as ' ~ edges_both_ways(links, one, other)) -%}
        {%- do run_query('create table ' ~ base ~ '__labels using parquet as select from_key as record_key, least(from_key, min(to_key)) as component_key from ' ~ base ~ '__edges group by from_key') -%}
        {%- set state = namespace(changed=true) -%}
        {%- for round in range(1000) if state.changed -%}
            {%- do run_query('create table ' ~ base ~ '__next using parquet as ' ~ component_round(base ~ '__labels', base ~ '__edges') ~ ' select record_key, component_key from next') -%}
            {%- set moved = run_query('select count(*) from ' ~ base ~ '__labels as old inner join ' ~ base ~ '__next as new on old.record_key = new.record_key where old.component_key <> new.component_key') -%}
            {%- set state.changed = moved.columns[0].values()[0] > 0 -%}
            {%- do run_query('drop table ' ~ base ~ '__labels') -%}
            {%- do run_query('alter table ' ~ base ~ '__next rename to ' ~ base ~ '__labels') -%}
        {%- endfor -%}
        {%- do run_query('drop table ' ~ base ~ '__edges') -%}
    {%- endif -%}
    select 1
{% endmacro %}
