{#
    Text in, typed out: one row per record of a raw table. Of each contract column the value, NULL where the text is in no
    published form; the text it came from, `<column>__text`; and the rule that it breaks, or NULL, `<column>__problem`. Text
    and reference columns are their own text; a text column has a problem only if it is required.

    A value is matched against a pattern before it is cast: casts alone take 1_000, 0x1F, NaN or 5.7 for an integer. Forms
    that need a convention (03/04/2025, 1.234,56) are read by the source's row in `source_settings` only.

    contract    what `source_contract` says of the raw table
#}
{% macro standardize_columns(contract) %}
{%- set source_name, feeds, columns = contract.source_name, contract.feeds, contract.columns -%}
{%- set fed = columns | selectattr('name', 'in', feeds) | list %}
    select
        '{{ source_name }}.{{ contract.table_name }}' as raw_table,
        _file,
        _line
        {%- for name in contract.extra %},
        {{ name }}
        {%- endfor %}
        {%- for column in columns %},
        {{ kept_value(column, column.name in feeds) }} as {{ column.name }}
        {%- if has_text(column) %},
        {{ column.name ~ '__text' if column.name in feeds else null_text() }} as {{ column.name }}__text
        {%- endif %}
        {%- if has_problem(column) %},
        {{ problem_of(column, column.name in feeds) }} as {{ column.name }}__problem
        {%- endif %}
        {%- endfor %}
    from (
        select
            located.date_order,
            located.decimal_mark,
            located._file,
            located._line,
            coalesce(located.source_system, '{{ source_name }}') as source_system
            {%- for name in contract.extra %},
            located.{{ name }}
            {%- endfor %}
            {%- for column in fed if column.name != 'source_system' %},
            {%- if has_text(column) %}
            located.{{ column.name }} as {{ column.name }}__text,
            {%- endif %}
            {{ standard_value(column, 'located.' ~ column.name, column.name in contract.dates) }} as {{ column.name }}
            {%- endfor %}
        from (
            select
                {%- for column in fed if has_plain_form(column) %}
                {{ plain_form(column, 'landed.' ~ column.name) }} as {{ column.name }}__plain,
                {%- endfor %}
                coalesce(settings.time_zone, {{ sql_literal(var('business_time_zone')) }}) as time_zone,
                settings.date_order,
                settings.decimal_mark,
                landed.*
            from (
                select
                    given._file,
                    given._line,
                    {%- for name in contract.extra %}
                    given.{{ name }},
                    {%- endfor %}
                    {%- for column in fed if column.name != 'source_system' %}
                    {{ 'given.' ~ column.name if column.data_type in ('ref', 'text') else folded('given.' ~ column.name) }} as {{ column.name }},
                    {%- endfor %}
                    given.source_system
                from (
                    select
                        _file,
                        _line
                        {%- for name, text in contract.extra.items() %},
                        {{ text }} as {{ name }}
                        {%- endfor %}
                        {%- for name, text in feeds.items() if name != 'source_system' %},
                        {{ text }} as {{ name }}
                        {%- endfor %},
                        {{ feeds.get('source_system', null_text()) }} as source_system
                    from {{ source(source_name, contract.table_name) }}
                    {%- if contract.claims %}
                    where {{ contract.claims }}
                    {%- endif %}
                ) as given
            ) as landed
            left join {{ ref('source_settings') }} as settings
                on settings.source_system = coalesce(landed.source_system, '{{ source_name }}')
        ) as located
        {%- for column in fed %}
        {{ standard_look_up(column, contract) }}
        {%- endfor %}
    ) as typed
{%- do ref('stg_mappings__category_codes') -%}{%- do ref('currencies') -%}{%- do ref('country_names') -%}
{%- do source('grading', 'phone_numbers') -%}
{% endmacro %}

{% macro null_text() -%}
    cast(null as {{ dbt.type_string() }})
{%- endmacro %}

{# The typed value, without those that stand for none or cannot be held. #}
{% macro kept_value(column, is_fed) -%}
    {%- set name, type = column.name, column.data_type -%}
    {%- if not is_fed and name != 'source_system' -%}
        cast(null as {{ engine_type(type) }})
    {%- elif type in ('timestamp', 'date') -%}
        case when {{ name }} >= {{ first_plausible_day() }} and {{ name }} < {{ end_of_days() }} then {{ name }} end
    {%- elif type == 'ref' and is_fed -%}
        case when not {{ is_nested(name) }} then {{ name }} end
    {%- elif type == 'amount' -%}
        case when {{ name }} between -{{ largest_amount() }} and {{ largest_amount() }} then {{ name }} end
    {%- else -%}
        {{ name }}
    {%- endif -%}
{%- endmacro %}
