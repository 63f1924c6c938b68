{#
    Text in, typed out: one row per record of a raw table, every contract column with its type, NULL where the text
    is not in a published form, and beside each column that can fail `<column>__problem`, the rule it breaks or NULL.

    A value is matched against a pattern before it is cast: casts alone take 1_000, 0x1F, NaN or 5.7 for an integer.
    Each form is first brought to one plain text and then cast, once: planning an expression costs more than running it
    on few rows. Forms that need a convention (03/04/2025, 1.234,56) are read by the source's row in `source_settings` only.

    table: what `landed_table` says of the raw table.
#}
{% macro typed_columns(table) %}
{%- set source_name, table_name = table.source_name, table.table_name -%}
{%- set columns, feeds, extra = table.columns, table.feeds, table.extra -%}
{%- set folds = columns | rejectattr('data_type', 'in', ['ref', 'text']) | map(attribute='name') | list -%}
{%- set settings = ref('source_settings') -%}
{%- set time_zone = known_time_zone(table) -%}
{%- set categories = ref('stg_mappings__category_codes') -%}
{%- set currencies = ref('currencies') -%}
{%- set country_names = ref('country_names') -%}
{%- set phone_numbers = source('grading', 'phone_numbers') -%}
{%- if not holds_rows(source_name, table_name) %}
    select
        cast(null as {{ dbt.type_string() }}) as _file,
        cast(null as bigint) as _line
        {%- for name in extra %},
        cast(null as {{ dbt.type_string() }}) as {{ name }}
        {%- endfor %}
        {%- for column in columns %},
        cast(null as {{ engine_type(column) }}) as {{ column.name }}
        {%- if column.config.meta.get('is_required', false) or column.data_type not in ('text', 'name') -%},
        cast(null as {{ dbt.type_string() }}) as {{ column.name }}__problem
        {%- endif %}
        {%- endfor %}
    where false
{%- else %}
    select
        _file,
        _line
        {%- for name in extra %},
        {{ name }}
        {%- endfor %}
        {%- for column in columns %},
        {%- set text = column.name ~ '__text' %}
        {%- if column.name not in feeds and column.name != 'source_system' %}
        cast(null as {{ engine_type(column) }}) as {{ column.name }}
        {%- elif column.data_type in ('timestamp', 'date') %}
        case when {{ column.name }} >= {{ first_plausible_day() }} and {{ column.name }} < {{ end_of_days() }} then {{ column.name }} end
            as {{ column.name }}
        {%- elif column.data_type == 'ref' and column.name in feeds %}
        case when not {{ is_nested(column.name) }} then {{ column.name }} end as {{ column.name }}
        {%- elif column.data_type == 'amount' %}
        case when {{ column.name }} between -{{ largest_amount() }} and {{ largest_amount() }} then {{ column.name }} end
            as {{ column.name }}
        {%- else %}
        {{ column.name }}
        {%- endif %}
        {%- set required = column.config.meta.get('is_required', false) %}
        {%- if required or column.data_type not in ('text', 'name') -%},
        {%- if column.name not in feeds %}
        cast({{ "'missing_value'" if required else 'null' }} as {{ dbt.type_string() }}) as {{ column.name }}__problem
        {%- else %}
        case
            {%- if column.data_type in ('text', 'ref', 'name') %}
            when {{ column.name }} is null then {{ "'missing_value'" if required else 'null' }}
            {%- if column.data_type == 'ref' %}
            when {{ is_nested(column.name) }} then '{{ 'nested_value' if required else 'nested_reference' }}'
            {%- endif %}
            {%- else %}
            when {{ text }} is null then {{ "'missing_value'" if required else 'null' }}
            when {{ column.name }} is not null then {{ known_problem(column) }}
            {{ problem_of(column, text, time_zone is none) }}
            {%- endif %}
        end as {{ column.name }}__problem
        {%- endif %}
        {%- endif %}
        {%- endfor %}
    from (
        select
            {%- if time_zone is none %}
            located.date_order,
            located.decimal_mark,
            {%- endif %}
            located._file,
            located._line
            {%- for name in extra %},
            located.{{ name }}
            {%- endfor %}
            {%- for column in columns if column.name in feeds or column.name == 'source_system' %},
            {%- if column.name == 'source_system' %}
            coalesce(located.source_system, '{{ source_name }}') as source_system
            {%- elif column.data_type == 'name' %}
            {{ clean_name('located.' ~ column.name) }} as {{ column.name }}
            {%- elif column.data_type in ('text', 'ref') %}
            located.{{ column.name }}
            {%- else %}
            located.{{ column.name }} as {{ column.name }}__text,
            {{ typed_value(column, 'located.' ~ column.name, time_zone or 'located.time_zone', column.name in table.dates) }} as {{ column.name }}
            {%- endif %}
            {%- endfor %}
        from (
            select
                {%- for column in columns if column.name in feeds %}
                {%- if column.data_type in ('timestamp', 'date') %}
                {{ iso_text('landed.' ~ column.name, source_name, table_name) }} as {{ column.name }}__plain,
                {%- elif column.data_type in ('number', 'amount', 'rate') %}
                {{ plain_number('landed.' ~ column.name, source_name, table_name) }} as {{ column.name }}__plain,
                {%- elif column.data_type == 'email' %}
                {{ bare_email('landed.' ~ column.name) }} as {{ column.name }}__plain,
                {%- endif %}
                {%- endfor %}
                {%- if time_zone is none %}
                coalesce(settings.time_zone, {{ sql_literal(var('business_time_zone')) }}) as time_zone,
                settings.date_order,
                settings.decimal_mark,
                {%- endif %}
                landed.*
            from (
                select
                    given._file,
                    given._line,
                    {%- for name in extra %}
                    given.{{ name }},
                    {%- endfor %}
                    {%- for name in feeds if name != 'source_system' %}
                    {{ folded('given.' ~ name) if name in folds else 'given.' ~ name }} as {{ name }},
                    {%- endfor %}
                    given.source_system
                from (
                select
                    _file,
                    _line
                    {%- for name, expression in extra.items() %},
                    {{ expression }} as {{ name }}
                    {%- endfor %}
                    {%- for name, expression in feeds.items() %},
                    {{ expression }} as {{ name }}
                    {%- endfor %}
                    {%- if 'source_system' not in feeds %},
                    cast(null as {{ dbt.type_string() }}) as source_system
                    {%- endif %}
                from {{ source(source_name, table_name) }}
                ) as given
            ) as landed
            {%- if time_zone is none %}
            left join {{ settings }} as settings
                on settings.source_system = coalesce(landed.source_system, '{{ source_name }}')
            {%- endif %}
        ) as located
        {%- for column in columns if column.name in feeds %}
        {%- if column.data_type == 'category' %}
        left join {{ categories }} as {{ column.name }}_values
            on {{ column.name }}_values.source_value = lower(located.{{ column.name }})
            and {{ column.name }}_values.column_name = '{{ column.name }}'
            and {{ column.name }}_values.source_name = '{{ source_name }}'
            and {{ column.name }}_values.source_table = '{{ table_name }}'
        {%- elif column.data_type == 'currency' %}
        left join {{ currencies }} as {{ column.name }}_codes
            on {{ column.name }}_codes.currency_code = upper(located.{{ column.name }})
        {%- elif column.data_type == 'country' %}
        left join {{ country_names }} as {{ column.name }}_codes
            on {{ column.name }}_codes.country_name = lower(located.{{ column.name }})
        {%- elif column.data_type == 'phone' %}
        left join {{ phone_numbers }} as {{ column.name }}_numbers
            on {{ column.name }}_numbers.source_name = '{{ source_name }}'
            and {{ column.name }}_numbers.phone_text = located.{{ column.name }}
            and {{ column.name }}_numbers.country_text = {{ "coalesce(lower(located.country), '')" if 'country' in feeds else "''" }}
        {%- endif %}
        {%- endfor %}
    ) as typed
{%- endif %}
{% endmacro %}

{# The engine's type of a contract type. #}
{% macro engine_type(column) -%}
    {{ {'timestamp': 'timestamp', 'date': 'date', 'number': 'decimal(18, 4)', 'amount': 'decimal(18, 4)', 'rate': 'decimal(18, 10)', 'integer': 'integer',
        'boolean': 'boolean'}.get(column.data_type, dbt.type_string()) }}
{%- endmacro %}

{# The typed value of a contract column, NULL where the text is in no accepted form. #}
{% macro typed_value(column, text, time_zone, is_date=false) -%}
    {%- if column.data_type == 'category' -%}
        case when {{ text }} is not null then coalesce({{ column.name }}_values.code, 'unknown') end
    {%- elif column.data_type == 'currency' -%}
        {{ column.name }}_codes.currency_code
    {%- elif column.data_type == 'country' -%}
        {{ column.name }}_codes.country_code
    {%- elif column.data_type == 'phone' -%}
        {{ column.name }}_numbers.e164
    {%- elif column.data_type == 'email' -%}
        {{ email_or_null(text ~ '__plain') }}
    {%- elif column.data_type == 'timestamp' -%}
        {%- if is_date %}
        cast(cast({{ local_timestamp(text ~ '__plain', time_zone, true) }} as date) as timestamp)
        {%- else %}
        {{ local_timestamp(text ~ '__plain', time_zone) }}
        {%- endif %}
    {%- elif column.data_type == 'date' -%}
        cast({{ local_timestamp(text ~ '__plain', time_zone, true) }} as date)
    {%- elif column.data_type in ('number', 'amount') -%}
        try_cast({{ text }}__plain as decimal(18, 4))
    {%- elif column.data_type == 'rate' -%}
        try_cast({{ text }}__plain as decimal(18, 10))
    {%- elif column.data_type == 'integer' -%}
        case when {{ matches(text, '^[+-]?[0-9]{1,9}$') }} then cast({{ text }} as integer) end
    {%- elif column.data_type == 'boolean' -%}
        case
            when {{ matches('lower(' ~ text ~ ')', '^(true|t|yes|y|1|是|√)$') }} then true
            when {{ matches('lower(' ~ text ~ ')', '^(false|f|no|n|0|否|×)$') }} then false
        end
    {%- else -%}
        {{ exceptions.raise_compiler_error('unknown contract type ' ~ column.data_type ~ ' of ' ~ column.name) }}
    {%- endif -%}
{%- endmacro %}

{# Whether a text is an object or a list of JSON, not one value: {"id": 5}, ["a"], [1,2]. A GUID in braces is one value. #}
{% macro is_nested(expression) -%}
    (
        substr({{ expression }}, 1, 1) in ('{', '[')
        and (instr({{ expression }}, '":') > 0 or substr({{ expression }}, 2, 1) in ('"', '{', '[') or {{ matches(expression, '^.[-0-9., ]+.$') }})
    )
{%- endmacro %}

{# Before it are the days that systems write for "none": year 1, 1753, the spreadsheets' day zero and 1900-01-01. #}
{% macro first_plausible_day() -%}
    date '1900-01-02'
{%- endmacro %}

{# From it on are the days that systems write for "never": 2999-12-31, 9999-12-31. #}
{% macro end_of_days() -%}
    date '2200-01-01'
{%- endmacro %}

{# The codes that `<column>__problem` can have: what the macros below and the required columns above write. #}
{% macro possible_problems(column) %}
    {%- set codes = {
        'timestamp': ['invalid_date', 'ambiguous_date', 'implausible_date'], 'date': ['invalid_date', 'ambiguous_date', 'implausible_date'],
        'number': ['invalid_number', 'ambiguous_number'], 'amount': ['invalid_number', 'ambiguous_number', 'amount_too_large'], 'rate': ['invalid_number', 'ambiguous_number'],
        'currency': ['unknown_currency'], 'country': ['unknown_country'], 'category': ['unmapped_value'], 'text': [], 'name': [],
        'ref': ['nested_value' if column.config.meta.get('is_required', false) else 'nested_reference'],
    }.get(column.data_type, ['invalid_' ~ column.data_type]) -%}
    {{ return(codes + (['missing_value'] if column.config.meta.get('is_required', false) else [])) }}
{% endmacro %}

{# What is summed is at most this large in one row, so that a hundred of them fit into money. #}
{% macro largest_amount() -%}
    1000000000000
{%- endmacro %}

{# The problem of a column whose typed value is there: a category without a code, a date that stands for none, an amount too large to be summed. #}
{% macro known_problem(column) -%}
    {%- if column.data_type == 'category' -%}
        case when {{ column.name }} = 'unknown' and lower({{ column.name }}__text) <> 'unknown' then 'unmapped_value' end
    {%- elif column.data_type in ('timestamp', 'date') -%}
        case when {{ column.name }} < {{ first_plausible_day() }} or {{ column.name }} >= {{ end_of_days() }} then 'implausible_date' end
    {%- elif column.data_type == 'amount' -%}
        case when {{ column.name }} not between -{{ largest_amount() }} and {{ largest_amount() }} then 'amount_too_large' end
    {%- else -%}
        null
    {%- endif -%}
{%- endmacro %}

{# The problem of a column whose text is there but whose typed value is not. Where a source has conventions, nothing is ambiguous. #}
{% macro problem_of(column, text, may_have_conventions) -%}
    {%- if column.data_type in ('timestamp', 'date') -%}
            when {{ 'date_order is null and ' if may_have_conventions }}{{ matches(text, '^[0-9]{1,2}[./-][0-9]{1,2}[./-]([0-9]{4}|[0-9]{2})([ T].*)?$') }}
                then 'ambiguous_date'
            else 'invalid_date'
    {%- elif column.data_type in ('number', 'amount', 'rate') -%}
            when {{ 'decimal_mark is null and ' if may_have_conventions }}{{ matches(text, '^[+-]?[0-9.]*,[0-9.,]*$') }} then 'ambiguous_number'
            else 'invalid_number'
    {%- elif column.data_type == 'currency' -%}
            else 'unknown_currency'
    {%- elif column.data_type == 'country' -%}
            else 'unknown_country'
    {%- else -%}
            else 'invalid_{{ column.data_type }}'
    {%- endif -%}
{%- endmacro %}
