{# A text of labels with the columns of `worded` that it names in braces filled in. #}
{% macro filled(text, columns) -%}
    {%- set ns = namespace(filled=text) -%}
    {%- for column in columns -%}
        {%- set ns.filled = 'replace(' ~ ns.filled ~ ", '{" ~ column ~ "}', coalesce(worded." ~ column ~ ", ''))" -%}
    {%- endfor -%}
    {{ ns.filled }}
{%- endmacro %}
