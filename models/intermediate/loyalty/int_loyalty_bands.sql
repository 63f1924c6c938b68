{{ config(materialized='view') }}
{# Grain: criteria version x loyalty level: the growth from which on a member has it, and up to which. #}
select
    criteria_version,
    loyalty_level,
    position,
    min_growth,
    cast(coalesce(lead(min_growth) over (partition by criteria_version order by min_growth), 999999999999) as bigint) as next_growth,
    lead(loyalty_level) over (partition by criteria_version order by min_growth) as next_level,
    points_multiplier,
    services
from {{ ref('loyalty_levels') }}
