select columns(c -> c not in ('line', 'o', 'version') and not c like '%_defect') from shop_orders order by line
