{# A graph of links with each link in both directions. #}
{% macro edges_both_ways(links, one, other) -%}
select {{ one }} as from_key, {{ other }} as to_key from {{ links }}
union
select {{ other }}, {{ one }} from {{ links }}
{%- endmacro %}
