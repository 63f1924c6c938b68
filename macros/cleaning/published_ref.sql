{# A ref as it may be published: itself where it is opaque, else hashed with the secret key of the warehouse. #}
{% macro published_ref(source_system, ref_column) -%}
    case
        when {{ is_opaque_ref(source_system, ref_column) }} then {{ ref_column }}
        when {{ ref_column }} is not null then {{ keyed_text(key_text(source_system, ref_column)) }}
    end
{%- endmacro %}
