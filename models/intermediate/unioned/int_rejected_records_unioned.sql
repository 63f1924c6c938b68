{# Grain: one rejected record of any raw table, with its place, its key and the rules it breaks. #}
{%- for source_name, table_name, maps_to in raw_tables_with_rows() %}
select
    '{{ source_name }}' as source_name,
    '{{ table_name }}' as source_table,
    _file,
    _line,
    concat_ws('|', source_system
        {%- if execute %}{% for column in contract_table(source_name, table_name).config.meta.key -%}
        , coalesce(cast({{ column }} as {{ dbt.type_string() }}), '')
        {%- endfor %}{% endif %}) as record_key_text,
    decided_codes as rule_codes
from {{ decided(source_name, table_name, maps_to) }} as decided
where decided_fate = 'rejected'
{{ 'union all' if not loop.last }}
{%- endfor %}
