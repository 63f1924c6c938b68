{#
    Grain: date due x customer with a version then: credit, size and reach as its records say on the date. Of one record, as most customers
    have, its version in force; of several records the filled value of the source with the highest priority survives.
#}
{%- set fields = [
    'credit_rating', 'credit_limit', 'insured_credit_limit', 'credit_reviewed_date', 'market_share', 'social_followers',
    'employee_count', 'annual_revenue', 'industry', 'country', 'acquisition_channel',
] %}
with due as (
    select distinct as_of_date from {{ ref('int_dates_due') }}
),

merged as (
    select customer_key from {{ ref('int_customer_members') }}
    group by customer_key
    having count(*) > 1
),

versions as (
    select
        due.as_of_date,
        merged.customer_key is not null as is_merged,
        profiles.*
    from due
    inner join {{ ref('int_customer_profiles') }} as profiles
        on due.as_of_date >= profiles.valid_from and due.as_of_date < profiles.valid_to
    left join merged on profiles.customer_key = merged.customer_key
),

standing as (
    select versions.*, concat(1000000 + priority, '|', 9000000000000000000 - record_key) as standing
    from versions
    where is_merged
)

select
    as_of_date,
    customer_key,
    currency as credit_currency,
    is_reference_customer
    {%- for field in fields %},
    {{ field }}
    {%- endfor %}
from versions
where not is_merged
union all
select
    as_of_date,
    customer_key,
    max_by(currency, case when coalesce(credit_limit, insured_credit_limit) is not null then standing end),
    max(case when is_reference_customer then 1 else 0 end) = 1
    {%- for field in fields %},
    max_by({{ field }}, case when {{ field }} is not null then standing end)
    {%- endfor %}
from standing
group by as_of_date, customer_key
