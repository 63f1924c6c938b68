{#
    Grain: raw table x landing table that it feeds x column x word: the code that the word stands for. What a source
    says of its own table wins over what the contract says of the landing table it maps to. Here and not in each staging
    model, so that a word is one look-up.
#}
select
    raw_tables.source_name,
    raw_tables.source_table,
    raw_tables.contract_table,
    words.column_name,
    words.source_value,
    coalesce(max(case when words.source_name = raw_tables.source_name then words.code end), max(words.code)) as code
from {{ ref('category_values') }} as words
inner join {{ source('grading', 'raw_tables') }} as raw_tables
    on words.source_table = case when words.source_name = 'landing' then raw_tables.contract_table else raw_tables.source_table end
    and words.source_name in ('landing', raw_tables.source_name)
group by raw_tables.source_name, raw_tables.source_table, raw_tables.contract_table, words.column_name, words.source_value
