{#
    Text without surrounding white space (blank, tab, line ends, no-break and ideographic space); empty is NULL.
#}
{% macro trimmed(expression) %}{{ return(adapter.dispatch('trimmed')(expression)) }}{% endmacro %}

{# Looking for white space at an end costs a third of trimming a set of characters, and there is hardly ever any. #}
{% macro duckdb__trimmed(expression) -%}
    case
        when regexp_matches({{ expression }}, '^[\s\x{00A0}\x{3000}]|[\s\x{00A0}\x{3000}]$')
            then nullif(trim({{ expression }}, chr(32) || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288)), '')
        when {{ expression }} <> '' then {{ expression }}
    end
{%- endmacro %}

{% macro spark__trimmed(expression) -%}
    nullif(trim(both decode(unhex('20090A0DC2A0E38080'), 'UTF-8') from {{ expression }}), '')
{%- endmacro %}
