{#
    Grain: one rejected record as it was read, and the texts that break its rules. Never published: direct identifiers
    stand in it.
#}
select
    {{ replaced('raw_table', '[.].*$', '') }} as source_name,
    {{ replaced('raw_table', '^[^.]*[.]', '') }} as source_table,
    _file as source_file,
    _line as source_line,
    rule_codes,
    rule_breaks,
    row_text
from {{ ref('int_record_statuses') }}
where record_status = 'rejected'
