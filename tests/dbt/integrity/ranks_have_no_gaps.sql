select 'overall' as ranking
from {{ ref('customer_rankings') }}
having count(*) <> coalesce(max(overall_rank), 0) or count(distinct overall_rank) <> count(*)
union all
select customer_kind
from {{ ref('customer_rankings') }}
group by customer_kind
having count(*) <> max(kind_rank) or count(distinct kind_rank) <> count(*)
