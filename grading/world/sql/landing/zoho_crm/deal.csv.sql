select '5' || ref as id, 'Deal ' || i as deal_name, ref as account_id, round(basket * 3, 2) as amount, currency,
    one_of(['Qualification', 'Needs Analysis', 'Closed Won', 'Closed Lost'], 'stage', i) as stage,
    case when one_of(['Qualification', 'Needs Analysis', 'Closed Won', 'Closed Lost'], 'stage', i) = 'Closed Lost'
        then one_of(['Price', 'Delivery time', 'No budget', 'Competitor'], 'loss', i) end as reason_for_loss,
    strftime(first_day, '%Y-%m-%d 09:00:00') as created_time, strftime(first_day + 10, '%Y-%m-%d 09:00:00') as modified_time
from records
where source = 'zoho_crm' and dice('deal', i) < 0.5
order by i, copy
