{#
    The typed value of a contract column, NULL where the text is in no accepted form; of the relation `located`, beside the
    column's plain form and what was looked up for it.
#}
{% macro standard_value(column, text, is_date=false) -%}
    {%- set name, type = column.name, column.data_type -%}
    {%- if type == 'name' -%}
        {{ clean_name(text) }}
    {%- elif type in ('text', 'ref') -%}
        {{ text }}
    {%- elif type == 'category' -%}
        case when {{ text }} is not null then coalesce({{ name }}_values.code, 'unknown') end
    {%- elif type == 'currency' -%}
        {{ name }}_codes.currency_code
    {%- elif type == 'country' -%}
        {{ name }}_codes.country_code
    {%- elif type == 'phone' -%}
        {{ name }}_numbers.e164
    {%- elif type == 'email' -%}
        {{ email_or_null(text ~ '__plain') }}
    {%- elif type == 'timestamp' and is_date -%}
        cast(cast({{ local_timestamp(text ~ '__plain', 'located.time_zone', true) }} as date) as timestamp)
    {%- elif type == 'timestamp' -%}
        {{ local_timestamp(text ~ '__plain', 'located.time_zone') }}
    {%- elif type == 'date' -%}
        cast({{ local_timestamp(text ~ '__plain', 'located.time_zone', true) }} as date)
    {%- elif type in ('number', 'amount', 'rate') -%}
        try_cast({{ text }}__plain as {{ engine_type(type) }})
    {%- elif type == 'integer' -%}
        case when {{ matches(text, '^[+-]?[0-9]{1,9}$') }} then cast({{ text }} as integer) end
    {%- elif type == 'boolean' -%}
        case
            when {{ matches('lower(' ~ text ~ ')', '^(true|t|yes|y|1|是|√)$') }} then true
            when {{ matches('lower(' ~ text ~ ')', '^(false|f|no|n|0|否|×)$') }} then false
        end
    {%- else -%}
        {{ exceptions.raise_compiler_error('unknown contract type ' ~ type ~ ' of ' ~ name) }}
    {%- endif -%}
{%- endmacro %}
