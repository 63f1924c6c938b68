-- Who has potential asks for a quote in the last weeks, others did when they became known.
select '6' || ref as id, 'Quote ' || i as subject, ref as account_id, round(basket * 3, 2) as grand_total, currency, 'Delivered' as quote_stage,
    strftime(asked, '%Y-%m-%d 09:00:00') as created_time, strftime(asked, '%Y-%m-%d 09:00:00') as modified_time
from (
    select *, case when customer_type = 'potential' then greatest(first_day, the_end() - cast(floor(80 * dice('asked', i)) as integer)) else first_day end as asked
    from records
)
where source = 'zoho_crm' and dice('quote', i) < case when customer_type = 'potential' then 0.9 else 0.2 end
order by i, copy
