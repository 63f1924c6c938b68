select '7' || ref as id, ref as account_id, given_name as first_name, family_name as last_name, email, 'Buyer' as title,
    case when dice('opt out', i) < 0.1 then 'true' else 'false' end as email_opt_out,
    strftime(first_day, '%Y-%m-%d 09:00:00') as modified_time
from records
where source = 'zoho_crm'
order by i, copy
