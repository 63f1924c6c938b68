{#
    The source record's key: the first 15 hexadecimal digits of md5(source_system | ref) as BIGINT, so that every model
    can join customers without a look-up and a new file never renumbers anyone. A ref that is not opaque is hashed with the
    warehouse's secret key (raw.run), or it could be found by trying them all.
#}
{% macro record_key(source_system, ref_column) -%}
    case
        when {{ ref_column }} is null then null
        when {{ is_opaque_ref(source_system, ref_column) }}
            then {{ hex_to_bigint("substr(md5(" ~ key_text(source_system, ref_column) ~ "), 1, 15)") }}
        else {{ hex_to_bigint("substr(" ~ keyed_text(key_text(source_system, ref_column)) ~ ", 2, 15)") }}
    end
{%- endmacro %}
