{#
    Grain: raw table x column x word that no map knows, with how many records have it and one of them. The first five
    columns are those of the seed `category_values`: fill in the code and paste the row there.
#}
select
    source_name,
    source_table,
    column_name,
    lower(broken_text) as source_value,
    cast(null as {{ dbt.type_string() }}) as code,
    cast(count(*) as integer) as record_count,
    min(concat(source_file, ' line ', cast(source_line as {{ dbt.type_string() }}))) as example
from {{ ref('rule_breaks') }}
where rule_code = 'unmapped_value'
group by source_name, source_table, column_name, lower(broken_text)
