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
