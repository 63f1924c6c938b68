{#
    Grain: movement of a ledger of a customer up to the as-of date: landed, or simulated where no programme was landed. What is earned is there until
    the day before it expires: as landed, else the end of the month so many months after.
#}
with landed as (
    select
        records.customer_key,
        entries.ledger,
        entries.kind,
        cast(entries.entry_at as date) as moved_date,
        cast(case when entries.kind in ('redeem', 'expire', 'reverse') then -abs(entries.points) else entries.points end as decimal(18, 4)) as points,
        cast(entries.expires_at as date) as expires_date
    from {{ ref('int_loyalty_entries_unioned') }} as entries
    inner join {{ ref('int_records_resolved') }} as records on entries.record_key = records.record_key
    inner join {{ ref('int_customers_by_date') }} as existing
        on records.customer_key = existing.customer_key and existing.is_current and existing.can_profile
    where entries.record_status = 'accepted' and entries.ledger in ('points', 'growth')
    union all
    select customer_key, ledger, kind, moved_date, points, cast(null as date)
    from {{ ref('int_loyalty_simulated') }}
)

select
    landed.customer_key,
    landed.ledger,
    landed.kind,
    landed.moved_date,
    landed.points,
    case
        when landed.points > 0 and landed.ledger = 'points'
            then coalesce(landed.expires_date, {{ month_end_before('landed.moved_date', '-1 - terms.loyalty_expiry_months') }})
    end as expires_date
from landed
inner join {{ ref('int_loyalty_terms') }} as terms on landed.moved_date <= terms.as_of_date
