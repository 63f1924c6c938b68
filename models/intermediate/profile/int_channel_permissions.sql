{#
    Grain: one customer at the as-of date x channel that it spoke of: whether marketing through it is granted, by the latest statement of any
    of its records, and not refused on that day or later, or refused. An opt-out of a record or of a contact is a refusal on the day
    that the record was changed, without a day for ever. Of who asked not to be contacted at all nothing is granted.
#}
with latest as (
    select
        statements.customer_key,
        statements.channel,
        max(case when statements.is_grant then statements.stands_from end) as granted_date,
        max(case when not statements.is_grant then statements.stands_from end) as refused_date
    from {{ ref('int_marketing_statements') }} as statements
    cross join {{ ref('int_run_settings') }} as settings
    where statements.known_from <= settings.as_of_date or not statements.is_grant
    group by statements.customer_key, statements.channel
)

select
    latest.customer_key,
    latest.channel,
    barred.customer_key is null
    and latest.granted_date is not null
    and (latest.refused_date is null or latest.granted_date > latest.refused_date) as is_granted,
    barred.customer_key is not null
    or latest.refused_date is not null and (latest.granted_date is null or latest.granted_date <= latest.refused_date) as is_refused
from latest
left join {{ ref('int_customers_barred') }} as barred on latest.customer_key = barred.customer_key
