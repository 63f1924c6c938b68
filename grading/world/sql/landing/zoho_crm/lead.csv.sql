select '9' || ref as id, given_name as first_name, family_name as last_name, company, 'true' as is_converted, ref as converted_account_id,
    'Web' as lead_source, strftime(first_day - 40, '%Y-%m-%d 09:00:00') as created_time, strftime(first_day, '%Y-%m-%d 09:00:00') as modified_time
from records
where source = 'zoho_crm' and copy = 0 and dice('was lead', i) < 0.3
order by i
