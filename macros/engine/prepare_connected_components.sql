{% macro prepare_connected_components(links_name, one, other) %}{{ return(adapter.dispatch('prepare_connected_components')(links_name, one, other)) }}{% endmacro %}

{% macro duckdb__prepare_connected_components(links_name, one, other) %}{{ return([]) }}{% endmacro %}

{% macro spark__prepare_connected_components(links_name, one, other) %}
    {{ return("{{ spark_label_components(ref('" ~ links_name ~ "'), '" ~ one ~ "', '" ~ other ~ "') }}") }}
{% endmacro %}
