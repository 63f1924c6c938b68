{# Whether a ref looks like an e-mail address or a telephone number. #}
{% macro is_personal_ref(ref_column) -%}
    {{ matches(ref_column, '@|^[+][0-9]{5,}$|^1[3-9][0-9]{9}$') }}
{%- endmacro %}
