{#
    The source record's key: the first 15 hexadecimal digits of md5(source_system | ref) as BIGINT, so that every model
    can join customers without a look-up and a new file never renumbers anyone. A ref that is itself an e-mail address
    or a telephone number is hashed with the warehouse's secret key (raw.run), or it could be found by trying them all.
#}
{% macro record_key(source_system, ref_column) -%}
    case
        when {{ ref_column }} is null then null
        when {{ is_personal_ref(ref_column) }} then {{ hex_to_bigint("substr(md5((select max(run.pseudonym_key) from " ~ source('grading', 'run') ~ " as run) || '|' || " ~ key_text(source_system, ref_column) ~ "), 1, 15)") }}
        else {{ hex_to_bigint("substr(md5(" ~ key_text(source_system, ref_column) ~ "), 1, 15)") }}
    end
{%- endmacro %}

{# A ref as it may be published: itself, or a keyed hash if it looks like an e-mail address or a telephone number. #}
{% macro published_ref(source_system, ref_column) -%}
    case
        when {{ is_personal_ref(ref_column) }}
            then 'H' || substr(md5((select max(run.pseudonym_key) from {{ source('grading', 'run') }} as run) || '|' || {{ key_text(source_system, ref_column) }}), 1, 31)
        else {{ ref_column }}
    end
{%- endmacro %}

{# System and ref as one text that no other pair has: a system that holds the separator is preceded by its length. #}
{% macro key_text(source_system, ref_column) -%}
    case
        when instr({{ source_system }}, '|') > 0 then concat('|', cast(length({{ source_system }}) as {{ dbt.type_string() }}), '|', {{ source_system }})
        else {{ source_system }}
    end || '|' || {{ ref_column }}
{%- endmacro %}

{% macro is_personal_ref(ref_column) -%}
    {{ matches(ref_column, '@|^[+][0-9]{8,15}$|^1[3-9][0-9]{9}$') }}
{%- endmacro %}

{# The published customer_id of a customer key. #}
{% macro customer_id(key) -%}
    'C' || {{ bigint_to_hex(key) }}
{%- endmacro %}
