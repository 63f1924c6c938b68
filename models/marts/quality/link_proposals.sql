{#
    Grain: two customers that fuzzy comparison of their records holds to be one, for a person to decide. A pair that was
    linked or kept apart since it was proposed is gone.
#}
with decided as (
    select
        {{ record_key('source_system', 'customer_ref') }} as record_key,
        {{ record_key('other_source_system', 'other_customer_ref') }} as other_key
    from {{ ref('identity_overrides') }}
),

proposed as (
    select
        {{ record_key('source_system', 'customer_ref') }} as record_key,
        {{ record_key('other_source_system', 'other_customer_ref') }} as other_key,
        match_probability,
        agreeing_fields
    from {{ source('grading', 'link_proposals') }}
)

select
    {{ published_ref('records.source_system', 'records.customer_ref') }} as customer_ref,
    {{ published_system('records.source_system') }} as source_system,
    {{ customer_id('records.customer_key') }} as customer_id,
    {{ published_ref('others.source_system', 'others.customer_ref') }} as other_customer_ref,
    {{ published_system('others.source_system') }} as other_source_system,
    {{ customer_id('others.customer_key') }} as other_customer_id,
    proposed.match_probability,
    proposed.agreeing_fields
from proposed
inner join {{ ref('int_records_resolved') }} as records on proposed.record_key = records.record_key
inner join {{ ref('int_records_resolved') }} as others on proposed.other_key = others.record_key
left join decided
    on proposed.record_key in (decided.record_key, decided.other_key)
    and proposed.other_key in (decided.record_key, decided.other_key)
where records.customer_key <> others.customer_key and decided.record_key is null
