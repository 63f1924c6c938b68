{#
    Grain: kind of key x value that more than one record has, with the record that stands for all. Decides whether the
    value is shared by too many to tell anything: a switchboard, a family's address.
#}
select
    held.key_kind,
    held.value_key,
    min(held.record_key) as hub_key,
    cast(count(*) as integer) as record_count,
    count(*) > max(kinds.max_records) as is_shared,
    max(kinds.match_confidence) as match_confidence
from {{ ref('int_match_values') }} as held
inner join {{ ref('identity_keys') }} as kinds on held.key_kind = kinds.key_kind
group by held.key_kind, held.value_key
having count(*) > 1
