{#
    Grain: one date of the publication x criteria version, with a fingerprint of everything its grades depend on: the
    facts known by the date that judgements read, the reporting currency, and the code, whose checksum includes the seeds. Sums of row hashes,
    so order does not matter and each row is looked at once. A number, since it is kept beside every grade.
#}
with facts as (
    {{ fact_hashes('int_purchase_days') }}
    union all
    {{ fact_hashes('int_customer_members') }}
    union all
    {{ fact_hashes('int_customer_versions_graded') }}
    union all
    {{ fact_hashes('int_reference_rates') }}
    union all
    {{ fact_hashes('int_customer_profiles') }}
    union all
    {{ fact_hashes('int_marketing_statements') }}
    union all
    {{ fact_hashes('int_profiling_refusals') }}
    union all
    {{ fact_hashes('int_receivables_owed') }}
    union all
    {{ fact_hashes('int_payments_received') }}
    union all
    {{ fact_hashes('int_orders_promised') }}
    union all
    {{ fact_hashes('int_tickets_opened') }}
    union all
    {{ fact_hashes('int_customer_flags') }}
    union all
    {{ fact_hashes('int_deciders') }}
    union all
    {{ fact_hashes('int_pipeline_steps') }}
    union all
    {{ fact_hashes('int_interactions_held') }}
    union all
    {{ fact_hashes('int_survey_answers') }}
    union all
    {{ fact_hashes('int_referrals_made') }}
    union all
    {{ fact_hashes('int_categories_bought') }}
),

by_day as (
    select from_date, sum(row_hash) as day_hash, count(*) as row_count
    from facts
    group by from_date
)

select
    dates.as_of_date,
    dates.is_current,
    dates.criteria_version,
    {{ hex_to_bigint("substr(md5(concat_ws('|', dates.criteria_version, max(run.code_checksum), max(settings.reporting_currency), "
        ~ "cast(coalesce(sum(by_day.row_count), 0) as " ~ dbt.type_string() ~ "), "
        ~ "cast(coalesce(sum(by_day.day_hash), 0) as " ~ dbt.type_string() ~ "))), 1, 15)") }} as fingerprint
from {{ ref('int_dates_graded') }} as dates
cross join {{ source('grading', 'run') }} as run
cross join {{ ref('int_run_settings') }} as settings
left join by_day on dates.as_of_date >= by_day.from_date
group by dates.as_of_date, dates.is_current, dates.criteria_version
