select
    ref as id,
    company || case when is_renamed then '' else one_of([' Ltd', ' GmbH', ' Inc'], 'n3', i) end as account_name,
    'Customer' as account_type,
    one_of(['Manufacturing', 'Retail', 'Services'], 'industry', i) as industry,
    1 + hash(getvariable('seed'), 'staff', i) % 400 as employees,
    'https://c' || i || '.example.com' as website,
    address as billing_street, city as billing_city, region_of(country, i) as billing_state, postal_code as billing_code,
    case when is_bad_country then 'Atlantis' else country end as billing_country,
    currency,
    'owner' || i % 9 as owner_id,
    strftime(first_day - 20, '%Y-%m-%d 09:00:00') as created_time,
    strftime(first_day, '%Y-%m-%d 09:00:00') as modified_time
from records
where source = 'zoho_crm'
order by i, copy
