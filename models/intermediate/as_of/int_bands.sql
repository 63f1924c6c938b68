{{ config(materialized='view') }}
{# Grain: family x band of a number, with both ends: from lower_bound to below upper_bound. #}
select
    band_family,
    code,
    lower_bound,
    unit,
    coalesce(lead(lower_bound) over (partition by band_family order by lower_bound), 999999999) as upper_bound
from {{ ref('bands') }}
