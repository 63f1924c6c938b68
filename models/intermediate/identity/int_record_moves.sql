{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
) }}
{#
    Grain: source record x run in which it came to another customer, kept from publication to publication: merges, and
    the splits that take them back. A record that never left its own customer is not in it.
#}
with last_moves as (
    {% if is_incremental() -%}
    select record_key, customer_key
    from (
        select record_key, customer_key, row_number() over (partition by record_key order by changed_at desc, run_id desc) as position
        from {{ this }}
    ) as moves
    where position = 1
    {%- else -%}
    select cast(null as bigint) as record_key, cast(null as bigint) as customer_key
    {%- endif %}
)

select
    records.record_key,
    coalesce(last_moves.customer_key, records.record_key) as previous_customer_key,
    records.customer_key,
    records.match_rule,
    records.match_confidence,
    settings.run_id,
    settings.started_at as changed_at
from {{ ref('int_records_resolved') }} as records
cross join {{ ref('int_run_settings') }} as settings
left join last_moves on records.record_key = last_moves.record_key
where records.customer_key <> coalesce(last_moves.customer_key, records.record_key)
