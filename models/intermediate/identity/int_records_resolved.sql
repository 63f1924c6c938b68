{#
    Grain: one source record with the customer it belongs to: the smallest record key among the records that are one
    customer, so that an untouched customer keeps its key and order never matters. The rule is the surest one that links
    the record; it names the kind of key and never its value. Everything downstream goes through this model.
#}
with ruled as (
    select
        sides.*,
        row_number() over (partition by record_key order by match_confidence desc, match_rule) as position
    from (
        select record_key, match_rule, match_confidence from {{ ref('int_links') }}
        union all
        select hub_key, match_rule, match_confidence from {{ ref('int_links') }}
    ) as sides
),

members as (
    select
        cut.record_key,
        min(cut.record_key) over (partition by cut.component_key) as customer_key
    from {{ ref('int_components_cut') }} as cut
    where not cut.stands_alone
)

select
    records.record_key,
    coalesce(members.customer_key, records.record_key) as customer_key,
    records.source_system,
    records.customer_ref,
    records.has_attributes,
    records.exists_from,
    case when members.record_key is not null then ruled.match_rule else 'own_record' end as match_rule,
    cast(case when members.record_key is not null then ruled.match_confidence else 1 end as double) as match_confidence
from {{ ref('int_records') }} as records
left join members on records.record_key = members.record_key
left join ruled on records.record_key = ruled.record_key and ruled.position = 1
