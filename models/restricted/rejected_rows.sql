{# Grain: one rejected record as it came. Never published: direct identifiers stand in it. #}
{%- for source_name, table_name, maps_to in raw_tables_with_rows() %}
select
    '{{ source_name }}' as source_name,
    '{{ table_name }}' as source_table,
    staged._file as source_file,
    staged._line as source_line,
    staged.decided_codes as rule_codes,
    {{ row_as_json('landed') }} as row_text
from {{ decided(source_name, table_name, maps_to) }} as staged
inner join {{ source(source_name, table_name) }} as landed
    on staged._file = landed._file and staged._line = landed._line
where staged.decided_fate = 'rejected'
{{ 'union all' if not loop.last }}
{%- endfor %}
