{#
    The rule that the text of a contract column breaks, or NULL; of the relation `typed`, which has the value, its text, and
    the conventions of the source. Where a source has conventions, nothing is ambiguous.
#}
{% macro problem_of(column, is_fed) -%}
    {%- set name, type = column.name, column.data_type -%}
    {%- set required = column.config.meta.get('is_required', false) -%}
    {%- set missing = "'missing_value'" if required else 'null' -%}
    {%- if not is_fed -%}
        cast({{ missing }} as {{ dbt.type_string() }})
    {%- elif type in ('text', 'name') -%}
        case when {{ name }} is null then {{ missing }} end
    {%- elif type == 'ref' -%}
        case
            when {{ name }} is null then {{ missing }}
            when {{ is_nested(name) }} then '{{ 'nested_value' if required else 'nested_reference' }}'
        end
    {%- else -%}
        case
            when {{ name }}__text is null then {{ missing }}
            {%- if type == 'category' %}
            when {{ name }} = 'unknown' and lower({{ name }}__text) <> 'unknown' then 'unmapped_value'
            {%- elif type in ('timestamp', 'date') %}
            when {{ name }} < {{ first_plausible_day() }} or {{ name }} >= {{ end_of_days() }} then 'implausible_date'
            {%- elif type == 'amount' %}
            when {{ name }} not between -{{ largest_amount() }} and {{ largest_amount() }} then 'amount_too_large'
            {%- endif %}
            when {{ name }} is not null then null
            {%- if type in ('timestamp', 'date') %}
            when date_order is null and {{ matches(name ~ '__text', '^[0-9]{1,2}[./-][0-9]{1,2}[./-]([0-9]{4}|[0-9]{2})([ T].*)?$') }}
                then 'ambiguous_date'
            {%- elif type in ('number', 'amount', 'rate') %}
            when decimal_mark is null and {{ matches(name ~ '__text', '^[+-]?[0-9.]*,[0-9.,]*$') }} then 'ambiguous_number'
            {%- endif %}
            else '{{ {
                'timestamp': 'invalid_date', 'amount': 'invalid_number', 'rate': 'invalid_number',
                'currency': 'unknown_currency', 'country': 'unknown_country',
            }.get(type, 'invalid_' ~ type) }}'
        end
    {%- endif -%}
{%- endmacro %}

{# Before it are the days that systems write for "none": year 1, 1753, the spreadsheets' day zero and 1900-01-01. #}
{% macro first_plausible_day() -%}
    date '1900-01-02'
{%- endmacro %}

{# From it on are the days that systems write for "never": 2999-12-31, 9999-12-31. #}
{% macro end_of_days() -%}
    date '2200-01-01'
{%- endmacro %}

{# What is summed is at most this large in one row, so that a hundred of them fit into money. #}
{% macro largest_amount() -%}
    1000000000000
{%- endmacro %}

{# Whether a text is an object or a list of JSON, not one value: {"id": 5}, ["a"], [1,2]. A GUID in braces is one value. #}
{% macro is_nested(expression) -%}
    (
        substr({{ expression }}, 1, 1) in ('{', '[')
        and (instr({{ expression }}, '":') > 0 or substr({{ expression }}, 2, 1) in ('"', '{', '[') or {{ matches(expression, '^.[-0-9., ]+.$') }})
    )
{%- endmacro %}
