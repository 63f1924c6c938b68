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

{# The engine's type of a contract type. #}
{% macro engine_type(type) -%}
    {{ {
        'timestamp': 'timestamp', 'date': 'date', 'number': 'decimal(18, 4)', 'amount': 'decimal(18, 4)',
        'rate': 'decimal(18, 10)', 'integer': 'integer', 'boolean': 'boolean',
    }.get(type, dbt.type_string()) }}
{%- endmacro %}

{# Types whose text is first brought to one plain form, and then cast, once. #}
{% macro has_plain_form(column) %}
    {{ return(column.data_type in ('timestamp', 'date', 'number', 'amount', 'rate', 'email')) }}
{% endmacro %}

{% macro plain_form(column, text) -%}
    {%- if column.data_type in ('timestamp', 'date') -%}
        {{ iso_text(text) }}
    {%- elif column.data_type == 'email' -%}
        {{ bare_email(text) }}
    {%- else -%}
        {{ plain_number(text) }}
    {%- endif -%}
{%- endmacro %}

{# The join that finds what a text stands for: a code of a category, a currency, a country, a telephone number. #}
{% macro standard_look_up(column, contract) -%}
    {%- set name = column.name -%}
    {%- if column.data_type == 'category' %}
        left join {{ ref('stg_mappings__category_codes') }} as {{ name }}_values
            on {{ name }}_values.source_value = lower(located.{{ name }})
            and {{ name }}_values.column_name = '{{ name }}'
            and {{ name }}_values.source_name = '{{ contract.source_name }}'
            and {{ name }}_values.source_table = '{{ contract.table_name }}'
            and {{ name }}_values.contract_table = '{{ contract.contract_name }}'
    {%- elif column.data_type == 'currency' %}
        left join {{ ref('currencies') }} as {{ name }}_codes
            on {{ name }}_codes.currency_code = upper(located.{{ name }})
    {%- elif column.data_type == 'country' %}
        left join {{ ref('country_names') }} as {{ name }}_codes
            on {{ name }}_codes.country_name = lower(located.{{ name }})
    {%- elif column.data_type == 'phone' %}
        left join {{ source('grading', 'phone_numbers') }} as {{ name }}_numbers
            on {{ name }}_numbers.source_name = '{{ contract.source_name }}'
            and {{ name }}_numbers.phone_text = located.{{ name }}
            and {{ name }}_numbers.country_text = {{ "coalesce(lower(located.country), '')" if 'country' in contract.feeds else "''" }}
    {%- endif -%}
{%- endmacro %}
