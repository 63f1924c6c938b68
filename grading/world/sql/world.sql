create table types as
select
    i,
    case
        when dice('prospect', i) < 0.18 then case when dice('type', i) < 0.3 then 'potential' else 'standard' end
        when dice('type', i) < 0.12 then 'value'
        when dice('type', i) < 0.25 then 'potential'
        when dice('type', i) < 0.45 then 'convenience'
        when dice('type', i) < 0.50 then 'problem'
        else 'standard'
    end as customer_type
from range(getvariable('customers')) as numbers(i);

create table customers as
select
    i,
    customer_type,
    case when dice('kind', i) < 0.2 then 'organisation' else 'person' end as kind,
    the_end() - cast(floor(1400 * dice('birth', i)) as integer) as first_day,
    -- Gamma with shape 0.5: half a squared normal deviate, times twice the mean.
    pow(normal('rate', i), 2) * case when dice('kind', i) < 0.2 then 7 else 3 end * case when customer_type = 'value' then 1.5 else 1 end as yearly_rate,
    exp(case when dice('kind', i) < 0.2 then 6.2 else 3.6 end)
        * case
            when dice('tail', i) < 0.02 then exp(0.5 * 2.05) * least(100, pow(1 - dice('tail size', i), -1 / 1.9))
            else exp(0.5 * normal('spend', i))
        end
        * case when customer_type = 'value' then 1.5 else 1 end as basket,
    -- Beta(0.5, 2.5) by two gammas.
    (pow(normal('drop a', i), 2) / 2)
        / (pow(normal('drop a', i), 2) / 2 + pow(normal('drop b', i), 2) / 2 - ln(1 - dice('drop c', i)) - ln(1 - dice('drop d', i)))
        * case when customer_type = 'value' then 0.3 else 1 end as dropout,
    beta('pays late', 0.38, 0.67, i) as late_share,
    dice('prospect', i) < 0.18 as is_prospect,
    ['CN', 'US', 'DE', 'GB', 'FR', 'JP', 'AU', 'BR', 'CH'][1 + cast(floor(9 * dice('country', i)) as integer)] as country,
    ['CNY', 'USD', 'EUR', 'GBP', 'EUR', 'JPY', 'AUD', 'BRL', 'CHF'][1 + cast(floor(9 * dice('country', i)) as integer)] as currency,
    one_of(['Anna', 'Ben', 'Chen', 'Dora', 'Emil', 'Fatima', 'Goran', 'Hana', 'Igor', 'Jana', '李伟', '王芳', '张敏', '刘洋'], 'n1', i) as given_name,
    one_of(['Meyer', 'Smith', 'Li', 'Rossi', 'Khan', 'Silva', 'Novak', 'Tanaka', 'Dubois', 'Jensen', 'Okafor', 'Garcia'], 'n2', i)
        || case when dice('n4', i) < 0.5 then '' else '-' || one_of(['Berg', 'Lund', 'Costa', 'Roy', 'Wolf', 'Stein'], 'n5', i) end as family_name,
    one_of(['North', 'Blue', 'Golden', 'Prime', 'East', '华东', '远航'], 'n1', i) || ' '
        || one_of(['Trading', 'Foods', 'Tools', 'Textiles', '贸易'], 'n2', i) || ' ' || i as company,
    date '1950-01-01' + cast(floor(20000 * dice('born', i)) as integer) as birth_date,
    'c' || i || '@example.' || one_of(['com', 'org', 'net'], 'tld', i) as email,
    cast(2000000 + hash(getvariable('seed'), 'phone', i) % 8000000 as varchar) as digits,
    lpad(cast(hash(getvariable('seed'), 'post', i) % 90000 + 10000 as varchar), 5, '0') as postal_code,
    one_of(['Main', 'Oak', 'Park', 'Station', 'Mill', 'Lake'], 'street', i) || ' Street ' || (1 + i % 180) as address,
    one_of(['Springfield', 'Riverton', 'Lakeside', 'Hillview'], 'city', i) as city
from types;

-- Records: a person is in the shop; an organisation in one CRM by country, some in the shop too; duplicates everywhere.
create table records as
with counted as (
    select
        i, kind, country,
        case
            when dice('duplicated', i) >= 0.08 then 0
            else least(11, 1 + cast(floor(ln(1 - dice('copies', i)) / ln(0.3)) as integer))
        end as copies,
        case when kind = 'person' then 'landing' when country = 'CN' then 'fxiaoke' else 'zoho_crm' end as home
    from customers
),
places as (
    select i, home as source, unnest(range(copies + 1)) as copy from counted
    union all
    select i, 'landing', 0 from counted where kind = 'organisation' and dice('shop too', i) < 0.3
)
select
    source || '|' || i || '|' || copy as r,
    source, copy, customers.*,
    case source
        when 'landing' then 'CU' || lpad(cast(i as varchar), 7, '0')
        when 'fxiaoke' then 'acc' || lpad(cast(i as varchar), 9, '0')
        else cast(400000000000 + i as varchar)
    end || case when copy = 0 then '' else 'd' || copy end as ref,
    (copy > 0 or source = 'landing' and kind = 'organisation') and dice('renamed ' || source || copy, i) < 0.37 as is_renamed,
    dice('mail ' || source || copy, i) < case when kind = 'person' then 0.75 else 0.6 end as has_email,
    dice('phone ' || source || copy, i) < 0.7 as has_phone,
    dice('born ' || source || copy, i) < 0.6 as has_birth_date,
    dice('bad phone ' || source || copy, i) < 0.01 as is_bad_phone,
    dice('bad mail ' || source || copy, i) < 0.01 as is_bad_email,
    dice('bad country ' || source || copy, i) < 0.005 as is_bad_country
from places
join customers using (i);

create table orders as
with steps as (
    select customers.*,
        unnest(range(cast(least(400, 4 + yearly_rate * date_diff('day', first_day, the_end()) / 365
            + 4 * sqrt(4 + yearly_rate * date_diff('day', first_day, the_end()) / 365)) as integer))) as n
    from customers
    where not is_prospect
),
walks as (
    select i, n, first_day, basket, currency, kind, customer_type, late_share,
        sum(case when n = 0 then 0 else -ln(1 - dice('gap ' || n, i)) / greatest(yearly_rate, 0.05) * 365 end)
            over (partition by i order by n) as days_since_first,
        coalesce(sum(case when dice('leave ' || n, i) < dropout then 1 else 0 end)
            over (partition by i order by n rows between unbounded preceding and 1 preceding), 0) as times_left
    from steps
),
placed as (
    select row_number() over (order by i, n) as o, walks.*,
        calendar_day(busy_days(first_day) + days_since_first) as day
    from walks
    where times_left = 0 and calendar_day(busy_days(first_day) + days_since_first) <= the_end()
),
choices as (
    select i, list(struct_pack(source, copy, ref) order by source, copy) as places from records group by i
)
select
    o, i, n, kind, customer_type, late_share, currency, day, chosen.source as source, chosen.ref as ref, chosen.copy as copy,
    to_seconds(cast(floor(86400 * dice('time ' || n, i)) as bigint)) as clock,
    greatest(0.5, round(basket * (0.4 + 1.2 * dice('amount ' || n, i)) * case currency when 'JPY' then 160 when 'CNY' then 8 when 'BRL' then 5.5 when 'AUD' then 1.6 else 1 end, 2)) as amount,
    dice('fate ' || n, i) as fate,
    -- An order is late, and then how late, or never paid.
    day + 30 as due_at,
    case
        when dice('unpaid', o) < 0.02 + 0.1 * late_share then null
        when dice('is late', o) >= late_share then day + 30 - cast(floor(20 * dice('early', i)) as integer)
        when dice('very late', o) < 0.06 then day + 90 + cast(floor(30 * dice('late', o)) as integer)
        else day + 31 + cast(floor(-9.7 * ln(1 - dice('late', o))) as integer)
    end as paid_at
from (select placed.*, one_of(places, 'place ' || n, i) as chosen from placed join choices using (i));

-- The shop's files with their line numbers and what is wrong with each line.
create table shop_orders as
with copies as (
    select orders.*, 0 as version from orders where source = 'landing'
    union all
    select orders.*, 1 from orders where source = 'landing' and dice('copy', o) < 0.012 and dice('clash', o) >= 0.001
    union all
    select orders.*, 2 from orders where source = 'landing' and dice('clash', o) < 0.001
    union all
    -- Guests: orders that nobody's account knows.
    select orders.*, 3 from orders
    where source = 'landing' and dice('guest order', o) < 0.25 and dice('clash', o) >= 0.001 and dice('lines only', o) >= 0.1
)
select
    1 + row_number() over (order by dice('shuffle', o), o, version) as line,
    o, version,
    case when version = 3 then 'SG' else 'SO' end || lpad(cast(o as varchar), 8, '0') as order_ref,
    case when dice('date dirt', o) < 0.002 then 'ambiguous_date' when dice('date dirt', o) < 0.003 then 'invalid_date' end as ordered_at_defect,
    case when dice('amount dirt', o) < 0.002 then 'ambiguous_number' when dice('amount dirt', o) < 0.003 then 'negative_amount' end as amount_defect,
    case when dice('currency dirt', o) < 0.001 then 'unknown_currency' end as currency_defect,
    case when fate >= 0.03 and fate < 0.031 then 'unmapped_value' end as status_defect,
    case
        when dice('date dirt', o) >= 0.003 and dice('amount dirt', o) >= 0.003 and dice('currency dirt', o) >= 0.001
            and dice('clash', o) < 0.001 then 'conflicting_duplicate'
    end as order_ref_defect,
    case
        when dice('date dirt', o) < 0.002 then strftime(day, '%d/%m/%Y')
        when dice('date dirt', o) < 0.003 then '2025-02-31'
        else strftime(cast(day as timestamp) + clock, '%Y-%m-%d %H:%M:%S')
    end as ordered_at,
    case
        when version = 3 or dice('guest', o) < 0.02 then null
        when dice('unknown', o) < 0.002 then 'CU9' || lpad(cast(i as varchar), 7, '0')
        else ref
    end as customer_ref,
    case when fate < 0.02 then 'cancelled' when fate < 0.03 then 'pending' when fate < 0.031 then 'mystery' else 'delivered' end as status,
    case when dice('type', o) < 0.01 then 'sample' else 'normal' end as order_type,
    case when customer_type = 'convenience' then 'web' else one_of(['web', 'shop', 'sales'], 'sold by', o) end as channel,
    case when version < 3 and is_discounted(customer_type, o) then round(amount * 0.1, 2) end as discount_amount,
    case when dice('currency dirt', o) < 0.001 then 'XQZ' when dice('currency gap', o) < 0.05 then null else currency end as currency,
    case
        when dice('amount dirt', o) < 0.002 then '1.234,56'
        when dice('amount dirt', o) < 0.003 then '-' || amount
        when version = 2 then cast(amount + 1 as varchar)
        when dice('lines only', o) < 0.1 then null
        else cast(amount as varchar)
    end as amount
from copies;

create table shop_customers as
select
    1 + row_number() over (order by i, copy) as line,
    records.*,
    case
        when is_bad_country then 'Atlantis'
        when dice('country word', i) < 0.2
            then (map {'CN': '中国', 'US': 'USA', 'DE': 'Germany', 'GB': 'UK', 'FR': 'France', 'JP': '日本', 'AU': 'Australia', 'BR': 'Brasil', 'CH': 'Schweiz'})[country]
        else country
    end as country_text,
    (map {'CN': '139', 'US': '650', 'DE': '0151', 'GB': '07700', 'FR': '06', 'JP': '090', 'AU': '04', 'BR': '119', 'CH': '079'})[country] as prefix
from records
where source = 'landing';
