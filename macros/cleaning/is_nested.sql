{# Whether a text is an object or a list of JSON, not one value: {"id": 5}, ["a"], [1,2]. A GUID in braces is one value. #}
{% macro is_nested(expression) -%}
    (
        substr({{ expression }}, 1, 1) in ('{', '[')
        and (instr({{ expression }}, '":') > 0 or substr({{ expression }}, 2, 1) in ('"', '{', '[') or {{ matches(expression, '^.[-0-9., ]+.$') }})
    )
{%- endmacro %}
