{#
    Grain: record x rule that it breaks by itself, accepted or rejected: where the record stands, the column, the rule
    and the text that breaks it. Never published: texts of customers stand in it.
#}
with broken as (
    select
        raw_table,
        contract_table,
        _file,
        _line,
        record_status,
        {{ exploded('rule_breaks', record_separator() | trim) }} as rule_break
    from {{ ref('int_record_statuses') }}
    where rule_breaks is not null
)

select
    {{ replaced('raw_table', '[.].*$', '') }} as source_name,
    {{ replaced('raw_table', '^[^.]*[.]', '') }} as source_table,
    contract_table as landing_table,
    _file as source_file,
    _line as source_line,
    record_status,
    {{ replaced('rule_break', '(?s):.*$', '') }} as column_name,
    {{ replaced(replaced('rule_break', '^[^:]*:', ''), '(?s)=.*$', '') }} as rule_code,
    {{ replaced('rule_break', '^[^=]*=', '') }} as broken_text
from broken
