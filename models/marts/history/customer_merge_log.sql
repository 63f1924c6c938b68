{#
    Grain: source record x run in which it came to another customer: merged, or split off again. A link to an old
    customer_id is followed through this log.
#}
select
    {{ published_system('records.source_system') }} as source_system,
    {{ published_ref('records.source_system', 'records.customer_ref') }} as customer_ref,
    {{ customer_id('moves.previous_customer_key') }} as previous_customer_id,
    {{ customer_id('moves.customer_key') }} as customer_id,
    moves.match_rule,
    moves.match_confidence,
    moves.run_id,
    cast(moves.changed_at as timestamp) as changed_at
from {{ ref('int_record_moves') }} as moves
inner join {{ ref('int_records') }} as records on moves.record_key = records.record_key
