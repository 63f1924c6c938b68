{# Grain: raw table. How many rows it has, counted on their own: what staging made of them must add up to it. #}
{%- for source_name, table_name, _ in raw_tables() %}
select '{{ source_name }}' as source_name, '{{ table_name }}' as source_table,
    cast({{ '(select count(*) from ' ~ source(source_name, table_name) ~ ')' if holds_rows(source_name, table_name) else 0 }} as bigint) as raw_rows
{{ 'union all' if not loop.last }}
{%- endfor %}
