{{ config(materialized='view') }}
{# Grain: one product of any source. #}
select
    source_system,
    product_ref,
    category,
    unit_cost,
    coalesce(is_merchandise, true) as is_merchandise
from {{ accepted('products') }} as accepted
