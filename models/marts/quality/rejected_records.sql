{#
    Grain: one rejected record: where it stands, which columns break which rules. A row of a file of several tables may be two
    records. The key is hashed with the secret of the warehouse and no value is shown; the record itself is in the schema restricted.
#}
select
    {{ replaced('rejected.raw_table', '[.].*$', '') }} as source_name,
    {{ replaced('rejected.raw_table', '^[^.]*[.]', '') }} as source_table,
    rejected.contract_table as landing_table,
    files.published_file as source_file,
    rejected._line as source_line,
    md5(concat(run.pseudonym_key, '|', rejected.record_key_text)) as key_hash,
    {{ replaced('rejected.rule_codes', ':[^;]*', '') }} as column_names,
    {{ replaced('rejected.rule_codes', '[^:;]*:', '') }} as rule_codes
from {{ ref('int_record_statuses') }} as rejected
cross join {{ source('grading', 'run') }} as run
inner join {{ source('grading', 'files') }} as files
    on rejected.raw_table = concat(files.source_name, '.', files.source_table) and rejected._file = files.file
where rejected.record_status = 'rejected'
