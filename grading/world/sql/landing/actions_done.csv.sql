-- What sales did of its lists in the last weeks: most of what is due, for whoever it is due.
with seen as (
    select records.i, records.ref, records.source, min(orders.day) as first_order, max(orders.day) as last_order
    from records
    left join orders on records.i = orders.i
    where records.copy = 0
    group by all
),
told as (
    select i, ref, source, unnest(case
        when last_order is null then ['qualify', 'nurture']
        when first_order > the_end() - 90 then ['welcome', 'second_order']
        when last_order > the_end() - 180 then ['keep_cheap', 'cross_sell', 'cultivate', 'retain_vip']
        else ['wake', 'last_offer', 'win_back_light']
    end) as action_code
    from seen
    where dice('is worked on', i) < 0.8
)
select
    ref as customer_ref,
    source as customer_ref_source_system,
    action_code,
    the_end() - cast(floor(21 * dice('done ' || action_code, i)) as integer) as done_at,
    one_of(['reached', 'reached', 'not reached'], 'outcome ' || action_code, i) as outcome
from told
order by i, source, action_code
