{# Spark has no recursion: a loop that writes tables of labels until none changes. The one place that runs statements while dbt runs a model. #}
{% macro spark_label_components(links, one, other) %}
    {%- if execute -%}
        {%- set base = this.schema ~ '.' ~ this.identifier -%}
        {%- for name in ('edges', 'labels', 'next') -%}{%- do run_query('drop table if exists ' ~ base ~ '__' ~ name) -%}{%- endfor -%}
        {%- do run_query('create table ' ~ base ~ '__edges using parquet as ' ~ edges_both_ways(links, one, other)) -%}
        {%- do run_query('create table ' ~ base ~ '__labels using parquet as select from_key as record_key, '
            ~ 'least(from_key, min(to_key)) as component_key from ' ~ base ~ '__edges group by from_key') -%}
        {%- set state = namespace(changed=true) -%}
        {%- for round in range(1000) if state.changed -%}
            {%- do run_query('create table ' ~ base ~ '__next using parquet as '
                ~ component_round(base ~ '__labels', base ~ '__edges') ~ ' select record_key, component_key from next') -%}
            {%- set moved = run_query('select count(*) from ' ~ base ~ '__labels as old '
                ~ 'inner join ' ~ base ~ '__next as new on old.record_key = new.record_key where old.component_key <> new.component_key') -%}
            {%- set state.changed = moved.columns[0].values()[0] > 0 -%}
            {%- do run_query('drop table ' ~ base ~ '__labels') -%}
            {%- do run_query('alter table ' ~ base ~ '__next rename to ' ~ base ~ '__labels') -%}
        {%- endfor -%}
        {%- do run_query('drop table ' ~ base ~ '__edges') -%}
    {%- endif -%}
    select 1
{% endmacro %}
