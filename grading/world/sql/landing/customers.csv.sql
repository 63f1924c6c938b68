select
    ref as customer_ref,
    case when dice('kind known', i) < 0.9 then case when kind = 'person' and dice('word', i) < 0.2 then 'Individual' else kind end end
        as customer_kind,
    case
        when kind = 'organisation' then company || case when is_renamed then '' else one_of([' Ltd', ' GmbH', ' Inc', ' 有限公司'], 'n3', i) end
        when is_renamed and dice('swap', i) < 0.5 then family_name || ' ' || given_name
        when is_renamed then substr(given_name, 1, 1) || '. ' || family_name
        when dice('title', i) < 0.1 then 'Dr. ' || given_name || ' ' || family_name
        else given_name || ' ' || family_name
    end as name,
    case when is_bad_email then 'none at example' when has_email then case when dice('upper', i) < 0.2 then upper(email) else email end end as email,
    case when is_bad_phone then '12' when has_phone and not is_bad_country and not (country in ('GB', 'FR', 'BR', 'AU', 'JP', 'CH')) then prefix || ' ' || digits || case when country in ('CN', 'DE') then substr(digits, 1, 1) else '' end end as phone,
    country_text as country,
    region_of(country, i) as region,
    city, postal_code, address,
    case when kind = 'person' and has_birth_date then birth_date end as birth_date,
    case when kind = 'organisation' then one_of(['Manufacturing', 'Retail', 'Services'], 'industry', i) end as industry,
    case when dice('currency known', i) < 0.8 then currency end as currency,
    case when kind = 'person' and dice('income known', i) < 0.5 then round(20000 * exp(0.8 * normal('income', i)), -2) end as annual_income,
    case when kind = 'person' and dice('interests known', i) < 0.6 then array_to_string(list_filter(
        ['Outdoor', 'Cooking', 'Fitness', 'Design', 'Family'], lambda word: dice('interest ' || word, i) < 0.4), '; ') end as interests,
    case when dice('needs known', i) < 0.5 then one_of(['Low price', 'Fast delivery', 'Advice', 'Quality'], 'needs', i) end as needs,
    one_of(['web', 'fair', 'referral', 'ads'], 'channel', i) as acquisition_channel,
    case when dice('test', i) < 0.002 then 'true' end as is_test,
    first_day - cast(floor(30 * dice('created', i)) as integer) as created_at,
    cast(first_day as timestamp) + interval 12 hour as updated_at
from shop_customers
order by line
