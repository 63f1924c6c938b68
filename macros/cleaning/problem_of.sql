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
