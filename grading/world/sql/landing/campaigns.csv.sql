select 'CM' || c as campaign_ref, 'Campaign ' || c as name, 'email' as kind, date '2025-01-01' + cast(30 * c as integer) as started_at,
    date '2025-01-15' + cast(30 * c as integer) as ended_at, 500 as cost_amount, 'EUR' as currency
from range(11) as numbers(c)
