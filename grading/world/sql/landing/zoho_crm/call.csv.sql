select 'L' || o as id, 'Outbound' as call_type, ref as what_id, 'Accounts' as se_module, '05:30' as call_duration,
    strftime(cast(day as timestamp) + clock, '%Y-%m-%d %H:%M:%S') as call_start_time
from orders
where source = 'zoho_crm' and dice('called', o) < 0.2
order by o
