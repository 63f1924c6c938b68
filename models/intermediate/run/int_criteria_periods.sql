{{ config(materialized='view') }}
{# Grain: one criteria version, with the days on which it is in force. #}
select
    criteria_version,
    valid_from,
    coalesce(lead(valid_from) over (order by valid_from), date '9999-12-31') as valid_to
from {{ ref('criteria_versions') }}
