{# System and ref as one text that no other pair has: a system that holds the separator is preceded by its length. #}
{% macro key_text(source_system, ref_column) -%}
    case
        when instr({{ source_system }}, '|') > 0 then concat('|', cast(length({{ source_system }}) as {{ dbt.type_string() }}), '|', {{ source_system }})
        else {{ source_system }}
    end || '|' || {{ ref_column }}
{%- endmacro %}
