{#
    The words of a text, which single blanks part, in order and without the blanks.
#}
{% macro sorted_words(expression) %}{{ return(adapter.dispatch('sorted_words')(expression)) }}{% endmacro %}

{% macro duckdb__sorted_words(expression) -%}
    array_to_string(list_sort(string_split({{ expression }}, ' ')), '')
{%- endmacro %}

{% macro spark__sorted_words(expression) -%}
    concat_ws('', array_sort(split({{ expression }}, ' ')))
{%- endmacro %}
