{# What must be done before a model of `connected_components` is built: nothing on DuckDB, the tables of labels on Spark. #}
{% macro prepare_connected_components(links_name, one, other) %}
    {{ return(adapter.dispatch('prepare_connected_components')(links_name, one, other)) }}
{% endmacro %}

{% macro duckdb__prepare_connected_components(links_name, one, other) %}{{ return([]) }}{% endmacro %}

{% macro spark__prepare_connected_components(links_name, one, other) %}
    {{ return("{{ spark_label_components(ref('" ~ links_name ~ "'), '" ~ one ~ "', '" ~ other ~ "') }}") }}
{% endmacro %}
