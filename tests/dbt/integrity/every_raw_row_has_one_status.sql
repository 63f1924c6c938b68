{{ config(meta={'exit_code': 3, 'remedy': 'rows were lost or counted twice between the files and the marts: this is a bug, please report it'}) }}
select *
from {{ ref('record_reconciliation') }}
where raw_rows <> accepted_rows + rejected_rows + merged_rows + pending_rows + erased_rows
