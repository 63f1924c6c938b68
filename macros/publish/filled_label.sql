{#
    A label with its placeholders filled: {placeholder: expression}, or a pair of expressions, of which `language` chooses one
    (0 English, 1 Chinese).
#}
{% macro filled_label(label, values, language) -%}
    {%- set text = namespace(sql=label) -%}
    {%- for name, value in values.items() -%}
        {%- set expression = value if value is string else value[language] -%}
        {%- set text.sql = "replace(" ~ text.sql ~ ", '{" ~ name ~ "}', coalesce(cast(" ~ expression ~ " as " ~ dbt.type_string() ~ "), ''))" -%}
    {%- endfor -%}
    {{ text.sql }}
{%- endmacro %}
