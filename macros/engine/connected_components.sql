{#
    The connected components of a graph of links: one row per linked key, with the smallest key it is connected to, over
    any number of links.

    DuckDB spreads the smallest key from neighbour to neighbour in a recursive query that keeps one row per key. Spark has
    no recursion: a loop before the model writes label tables until nothing changes.
#}
{% macro connected_components(links, one, other) %}{{ return(adapter.dispatch('connected_components')(links, one, other)) }}{% endmacro %}

{% macro duckdb__connected_components(links, one, other) -%}
with recursive edges as (
    select {{ one }} as from_key, {{ other }} as to_key from {{ links }}
    union
    select {{ other }}, {{ one }} from {{ links }}
),

labels (record_key, component_key) using key (record_key) as (
    select distinct from_key, from_key from edges
    union
    select edges.to_key, min(labels.component_key)
    from labels
    inner join edges on labels.record_key = edges.from_key
    inner join recurring.labels as known on edges.to_key = known.record_key
    where labels.component_key < known.component_key
    group by edges.to_key
)

select record_key, component_key from labels
{%- endmacro %}

{% macro spark__connected_components(links, one, other) -%}
select record_key, component_key from {{ this.schema }}.{{ this.identifier }}__labels
{%- endmacro %}

{% macro prepare_connected_components(links_name, one, other) %}{{ return(adapter.dispatch('prepare_connected_components')(links_name, one, other)) }}{% endmacro %}

{% macro duckdb__prepare_connected_components(links_name, one, other) %}{{ return([]) }}{% endmacro %}

{% macro spark__prepare_connected_components(links_name, one, other) %}
    {{ return("{{ spark_label_components(ref('" ~ links_name ~ "'), '" ~ one ~ "', '" ~ other ~ "') }}") }}
{% endmacro %}

{% macro spark_label_components(links, one, other) %}
    {%- if execute -%}
        {%- set base = this.schema ~ '.' ~ this.identifier -%}
        {%- do run_query('drop table if exists ' ~ base ~ '__labels') -%}
        {%- do run_query('create table ' ~ base ~ '__labels using parquet as select distinct record_key, record_key as component_key from (select '
            ~ one ~ ' as record_key from ' ~ links ~ ' union all select ' ~ other ~ ' from ' ~ links ~ ')') -%}
        {%- set state = namespace(changed=true) -%}
        {%- for round in range(1000) if state.changed -%}
            {%- do run_query('drop table if exists ' ~ base ~ '__next') -%}
            {%- do run_query('create table ' ~ base ~ '__next using parquet as select labels.record_key, least(labels.component_key, coalesce(min(near.component_key), labels.component_key)) as component_key from '
                ~ base ~ '__labels as labels left join (select ' ~ one ~ ' as a, ' ~ other ~ ' as b from ' ~ links ~ ' union all select ' ~ other ~ ', ' ~ one ~ ' from ' ~ links
                ~ ') as edges on labels.record_key = edges.a left join ' ~ base ~ '__labels as near on edges.b = near.record_key group by labels.record_key, labels.component_key') -%}
            {%- set moved = run_query('select count(*) from ' ~ base ~ '__labels as old inner join ' ~ base ~ '__next as new on old.record_key = new.record_key where old.component_key <> new.component_key') -%}
            {%- set state.changed = moved.columns[0].values()[0] > 0 -%}
            {%- do run_query('drop table ' ~ base ~ '__labels') -%}
            {%- do run_query('alter table ' ~ base ~ '__next rename to ' ~ base ~ '__labels') -%}
        {%- endfor -%}
    {%- endif -%}
    select 1
{% endmacro %}
