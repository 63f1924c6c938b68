{{ config(materialized='view') }}
{# Grain: one product of any source that is no merchandise: postage, fees, adjustments. #}
select source_system, product_ref
from {{ accepted('products') }} as known_products
where not is_merchandise
