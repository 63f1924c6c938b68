{#
    A fast 64-bit hash of several values, as a decimal that can be summed: the same rows have the same sum in any
    order. Comparable within one version of one engine only.
#}
{% macro row_hash(expressions) %}{{ return(adapter.dispatch('row_hash')(expressions)) }}{% endmacro %}

{% macro duckdb__row_hash(expressions) -%}
    cast(hash({{ expressions | join(', ') }}) as decimal(38, 0))
{%- endmacro %}

{% macro spark__row_hash(expressions) -%}
    cast(xxhash64(to_json(struct({{ expressions | join(', ') }}))) as decimal(38, 0))
{%- endmacro %}
