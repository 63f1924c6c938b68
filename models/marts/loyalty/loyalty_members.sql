{#
    Grain: one member of the loyalty programme at the as-of date: points, level, what is missing to the next one, what expires, and the next day
    to think of the customer: its birthday or a festival of its country.
#}
with steps as (
    select 0 as step
    union all
    select 1
),

years as (
    select settings.as_of_date, extract(year from settings.as_of_date) + numbers.step as year
    from {{ ref('int_run_settings') }} as settings
    cross join steps as numbers
),

{# Who was born on 29 February is thought of on the 28th in other years. #}
birthdays as (
    select
        attributes.customer_key,
        years.as_of_date,
        'birthday' as care_occasion,
        make_date(
            cast(years.year as integer),
            cast(extract(month from attributes.birth_date) as integer),
            cast(case
                when extract(month from attributes.birth_date) = 2 and extract(day from attributes.birth_date) = 29
                    and not (years.year % 4 = 0 and (years.year % 100 <> 0 or years.year % 400 = 0)) then 28
                else extract(day from attributes.birth_date)
            end as integer)
        ) as care_date
    from {{ ref('int_customer_attributes') }} as attributes
    cross join years
    where attributes.birth_date is not null
    union all
    select attributes.customer_key, settings.as_of_date, occasions.care_occasion, occasions.care_date
    from {{ ref('int_customer_attributes') }} as attributes
    cross join {{ ref('int_run_settings') }} as settings
    inner join {{ ref('care_occasions') }} as occasions on occasions.country_code = '*' or attributes.country = occasions.country_code
    where occasions.care_occasion <> 'factory_shutdown'
),

next_days as (
    select
        customer_key,
        min(care_date) as next_care_date,
        min_by(care_occasion, concat(cast(care_date as {{ dbt.type_string() }}), care_occasion)) as care_occasion
    from birthdays
    where care_date >= as_of_date
    group by customer_key
)

select
    balances.as_of_date,
    {{ customer_id('balances.customer_key') }} as customer_id,
    terms.is_simulated,
    balances.member_since,
    coalesce(levels.loyalty_level, 'member') as loyalty_level,
    cast(coalesce(levels.growth, 0) as decimal(18, 4)) as growth,
    levels.next_level,
    levels.growth_to_next_level as points_to_next_level,
    cast(balances.earned_points - balances.used_points - balances.expired_points as decimal(18, 4)) as points_balance,
    balances.expiring_points as points_expiring_30d,
    levels.services,
    next_days.next_care_date,
    next_days.care_occasion
from {{ ref('int_loyalty_balances') }} as balances
cross join {{ ref('int_loyalty_terms') }} as terms
left join {{ ref('int_loyalty_levels') }} as levels on balances.customer_key = levels.customer_key
left join next_days on balances.customer_key = next_days.customer_key
where balances.is_current
