select 'orders.csv' as file, line, replace(name, '_defect', '') as column_name, rule_code
from (unpivot (select line, columns('.*_defect') from shop_orders) on columns(* exclude line) into name name value rule_code)
union all
select 'customers.csv', line, 'email', 'invalid_email' from shop_customers where is_bad_email
union all
select 'customers.csv', line, 'phone', 'invalid_phone' from shop_customers where is_bad_phone
union all
select 'customers.csv', line, 'country', 'unknown_country' from shop_customers where is_bad_country
order by 1, 2
