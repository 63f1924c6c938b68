{#
    The key of a document of some kind (order, receivable, payment) as BIGINT, by which it is joined: the first 15 hexadecimal
    digits of the md5 of kind, source system and ref.
#}
{% macro document_key(kind, source_system, ref_column) -%}
    case
        when {{ ref_column }} is not null
            then {{ hex_to_bigint("substr(md5(concat(" ~ kind ~ ", '|', " ~ key_text(source_system, ref_column) ~ ")), 1, 15)") }}
    end
{%- endmacro %}
