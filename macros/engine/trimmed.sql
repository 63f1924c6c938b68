{#
    Text without surrounding white space (blank, tab, line ends, no-break and ideographic space); empty is NULL.
#}
{% macro trimmed(expression) %}{{ return(adapter.dispatch('trimmed')(expression)) }}{% endmacro %}

{# Looking at both ends costs a fifth of trimming a set of characters, and there is hardly ever any white space. #}
{% macro duckdb__trimmed(expression) -%}
    {%- set blanks = [' ', '\t', '\n', '\r'] -%}
    case
        when {{ expression }} < '!' or not {{ is_ascii(expression) }}
            {%- for blank in blanks %} or suffix({{ expression }}, '{{ blank }}'){% endfor %}
            then nullif(trim({{ expression }}, '{{ blanks | join }}\u00a0\u3000'), '')
        else {{ expression }}
    end
{%- endmacro %}

{% macro spark__trimmed(expression) -%}
    nullif(trim(both decode(unhex('20090A0DC2A0E38080'), 'UTF-8') from {{ expression }}), '')
{%- endmacro %}
