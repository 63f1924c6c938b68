{#
    Grain: source x raw table x fate as staging decided it. The raw rows are counted on their own, from the raw table.
#}
{%- for source_name, table_name, _ in raw_tables() %}
{%- if holds_rows(source_name, table_name) %}
select '{{ source_name }}' as source_name, '{{ table_name }}' as source_table, fate, cast(count(*) as bigint) as row_count
from {{ ref('stg_' ~ source_name ~ '__' ~ table_name) }}
group by fate
union all
select '{{ source_name }}', '{{ table_name }}', 'raw', cast(count(*) as bigint)
from {{ source(source_name, table_name) }}
{%- else %}
select '{{ source_name }}' as source_name, '{{ table_name }}' as source_table, 'raw' as fate, cast(0 as bigint) as row_count
{%- endif %}
{{ 'union all' if not loop.last }}
{%- endfor %}
