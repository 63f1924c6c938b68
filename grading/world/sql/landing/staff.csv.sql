-- Who is responsible for customers: what is listed here is published by its reference.
select
    case when i < 9 then 'owner' || i else '1007' end as staff_ref,
    'Team ' || chr(65 + cast(i % 3 as integer)) as team,
    40 as weekly_capacity,
    'true' as is_active
from range(10) as numbers (i)
order by staff_ref
