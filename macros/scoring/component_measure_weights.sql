{#
    A subquery: the weights of a component's measures, one column each, by version and kind.
#}
{% macro component_measure_weights(component, measures) -%}
    select
        criteria_version,
        customer_kind,
        {%- for measure in measures %}
        cast(coalesce(max(case when measure = '{{ measure }}' then weight end), 0) as bigint) as {{ measure }}_weight{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('measure_weights') }}
    where component = '{{ component }}'
    group by criteria_version, customer_kind
{%- endmacro %}
