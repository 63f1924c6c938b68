{#
    Text without surrounding white space (blank, tab, line ends, no-break and ideographic space); empty is NULL.
#}
{% macro trimmed(expression) %}{{ return(adapter.dispatch('trimmed')(expression)) }}{% endmacro %}

{# Looking at both ends costs a fifth of trimming a set of characters, and there is hardly ever any white space. #}
{% macro duckdb__trimmed(expression) -%}
    case
        when {{ expression }} < '!' or not {{ is_ascii(expression) }}
            or suffix({{ expression }}, ' ') or suffix({{ expression }}, E'\t') or suffix({{ expression }}, E'\n') or suffix({{ expression }}, E'\r')
            then nullif(trim({{ expression }}, E' \t\n\r' || '{{ "\u00a0\u3000" }}'), '')
        else {{ expression }}
    end
{%- endmacro %}

{% macro spark__trimmed(expression) -%}
    nullif(trim(both decode(unhex('20090A0DC2A0E38080'), 'UTF-8') from {{ expression }}), '')
{%- endmacro %}
