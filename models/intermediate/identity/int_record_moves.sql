{#
    Grain: source record x run in which it came to another customer, of all publications: merges, and the splits that take
    them back. A record that never left its own customer is not in it.
#}
with last_moves as (
    select record_key, customer_key
    from (
        select
            record_key,
            customer_key,
            row_number() over (partition by record_key order by changed_at desc, run_id desc) as position
        from {{ source('previous', 'record_moves') }}
    ) as moves
    where position = 1
)

select
    record_key,
    previous_customer_key,
    customer_key,
    match_rule,
    match_confidence,
    run_id,
    changed_at
from {{ source('previous', 'record_moves') }}
union all
select
    records.record_key,
    coalesce(last_moves.customer_key, records.record_key),
    records.customer_key,
    records.match_rule,
    records.match_confidence,
    settings.run_id,
    settings.started_at
from {{ ref('int_records_resolved') }} as records
cross join {{ ref('int_run_settings') }} as settings
left join last_moves on records.record_key = last_moves.record_key
where records.customer_key <> coalesce(last_moves.customer_key, records.record_key)
