{# Of every buyer, at every date: the first purchase is not after the last, nor the last after the date (t_x <= T of the models of lifetime value). #}
select concat({{ customer_id('customer_key') }}, ' on ', cast(as_of_date as {{ dbt.type_string() }})) as what
from {{ ref('int_purchases_measured') }}
where is_buyer and (first_purchase_date > last_purchase_date or last_purchase_date > as_of_date or recency_days > tenure_days or recency_days < 0)
