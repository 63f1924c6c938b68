{# Overdue by account and bucket, against limit and insurance. #}
select
    customers.account_owner,
    customers.display_name,
    aging.overdue_1_30_amount,
    aging.overdue_31_60_amount,
    aging.overdue_61_90_amount,
    aging.overdue_91_amount,
    aging.exposure_amount,
    aging.limit_amount,
    aging.insured_amount
from {{ ref('receivables_aging') }} as aging
inner join {{ ref('customers') }} as customers on aging.customer_id = customers.customer_id
where aging.days_past_due > 0
order by aging.overdue_91_amount desc, aging.overdue_61_90_amount desc, aging.exposure_amount desc, aging.customer_id
