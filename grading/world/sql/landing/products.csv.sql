select
    'P' || lpad(cast(p as varchar), 3, '0') as product_ref,
    'Product ' || p as name,
    ['Tools', 'Textiles', 'Food', 'Toys'][1 + p % 4] as category,
    case when p = 39 then 'no' else 'yes' end as is_merchandise
from range(40) as numbers(p)
