{# The text of a column in the one form that the engine casts. #}
{% macro plain_form(column, text) -%}
    {%- if column.data_type in ('timestamp', 'date') -%}
        {{ iso_text(text) }}
    {%- elif column.data_type == 'email' -%}
        {{ bare_email(text) }}
    {%- else -%}
        {{ plain_number(text) }}
    {%- endif -%}
{%- endmacro %}
