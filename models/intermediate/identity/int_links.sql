{#
    Grain: two records that are one customer, and the rule that says so. Each value links its records to the smallest of
    them, so links grow with records and not with pairs. A converted lead belongs to what it became. An override `merge`
    links; a record with an override `split` is linked to nothing.
#}
with overrides as (
    select
        verdict,
        {{ record_key('source_system', 'customer_ref') }} as record_key,
        {{ record_key('other_source_system', 'other_customer_ref') }} as other_key
    from {{ ref('identity_overrides') }}
),

links as (
    select held.record_key, counted.hub_key, held.key_kind as match_rule, counted.match_confidence
    from {{ ref('int_match_values') }} as held
    inner join {{ ref('int_match_values_counted') }} as counted
        on held.key_kind = counted.key_kind and held.value_key = counted.value_key
    where not counted.is_shared and held.record_key <> counted.hub_key
    union all
    select record_key, converted_to_record_key, 'converted_lead', cast(1 as decimal(3, 2))
    from {{ ref('int_leads_converted') }}
    where problem is null
    union all
    select overrides.record_key, overrides.other_key, 'override', cast(1 as decimal(3, 2))
    from overrides
    where overrides.verdict = 'merge'
)

select
    links.record_key,
    links.hub_key,
    links.match_rule,
    max(links.match_confidence) as match_confidence
from links
left join overrides as splits
    on splits.verdict = 'split' and splits.record_key in (links.record_key, links.hub_key)
where splits.record_key is null and links.record_key <> links.hub_key
group by links.record_key, links.hub_key, links.match_rule
