{#
    Every row of a raw table that feeds several entities is a record of at least one of them.
#}
{% test every_row_is_claimed(model, raw_table, entities) %}
with claimed as (
    {%- for entity in entities %}
    select _file, _line from {{ ref('int_' ~ entity ~ '_unioned') }}
    where raw_table = '{{ raw_table }}'
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

validation_errors as (
    select raw._file, raw._line
    from {{ model }} as raw
    left join claimed on raw._file = claimed._file and raw._line = claimed._line
    where claimed._file is null
)

select * from validation_errors
{% endtest %}
