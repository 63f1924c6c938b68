{# Grain: this publication, one row: the only place where two refreshes of one input differ. #}
select
    settings.run_id,
    cast(settings.started_at as timestamp) as published_at,
    settings.as_of_date,
    due.criteria_version,
    run.criteria_checksum,
    run.is_trial,
    settings.reporting_currency
from {{ ref('int_run_settings') }} as settings
inner join {{ ref('int_dates_due') }} as due on due.is_current
cross join {{ source('grading', 'run') }} as run
