{{ config(materialized='view') }}
{#
    Grain: date due x customer with a version then: credit, size and reach as its records say on the date. Of several records the
    filled value of the source with the highest priority survives. A view: it costs nothing until a judgement reads it.
#}
{%- set fields = [
    'credit_rating', 'credit_limit', 'insured_credit_limit', 'credit_reviewed_date', 'market_share', 'social_followers',
    'employee_count', 'annual_revenue', 'industry', 'country', 'acquisition_channel',
] %}
with due as (
    select distinct as_of_date from {{ ref('int_dates_due') }}
),

versions as (
    select
        due.as_of_date,
        profiles.*,
        concat(1000000 + profiles.priority, '|', 9000000000000000000 - profiles.record_key) as standing
    from due
    inner join {{ ref('int_customer_profiles') }} as profiles
        on due.as_of_date >= profiles.valid_from and due.as_of_date < profiles.valid_to
)

select
    as_of_date,
    customer_key,
    max_by(currency, case when coalesce(credit_limit, insured_credit_limit) is not null then standing end) as credit_currency,
    max(case when is_reference_customer then 1 else 0 end) = 1 as is_reference_customer
    {%- for field in fields %},
    max_by({{ field }}, case when {{ field }} is not null then standing end) as {{ field }}
    {%- endfor %}
from versions
group by as_of_date, customer_key
