{#
    A whole number as people read it, its thousands set apart by commas: 39,582; up to 999 thousand millions.
#}
{% macro grouped_number(expression) -%}
    {%- set whole = 'cast(round(abs(' ~ expression ~ ')) as bigint)' -%}
    {%- set text = 'cast(' ~ whole ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    concat(
        case when {{ expression }} <= -0.5 then '-' else '' end,
        case length({{ text }})
            {%- for digits in range(4, 13) %}
            when {{ digits }} then concat(
                {%- set first = (digits - 1) % 3 + 1 -%}
                substr({{ text }}, 1, {{ first }}){% for start in range(first + 1, digits + 1, 3) %}, ',', substr({{ text }}, {{ start }}, 3){% endfor %})
            {%- endfor %}
            else {{ text }}
        end
    )
{%- endmacro %}
