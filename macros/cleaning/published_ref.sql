{# A ref as it may be published: itself, or a keyed hash if it looks like an e-mail address or a telephone number. #}
{% macro published_ref(source_system, ref_column) -%}
    case
        when {{ is_personal_ref(ref_column) }}
            then 'H' || substr(md5(
                (select max(run.pseudonym_key) from {{ source('grading', 'run') }} as run) || '|' || {{ key_text(source_system, ref_column) }}), 1, 31)
        else {{ ref_column }}
    end
{%- endmacro %}
