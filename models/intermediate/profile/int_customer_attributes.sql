{#
    Grain: one customer at the as-of date, with the attributes that survive: of each field the filled value of the record
    whose source has the highest priority, then of the latest version, then of the smallest key. A customer of one record
    has what that record says.
#}
{%- set fields = [
    'name', 'email', 'phone', 'tax_id', 'birth_date', 'gender', 'occupation', 'education_level', 'annual_income', 'currency', 'interests',
    'needs', 'country', 'region', 'city', 'postal_code', 'address', 'industry', 'employee_count', 'acquisition_channel', 'preferred_channel', 'account_owner',
    'parent_record_key',
] -%}
{%- set text = dbt.type_string() %}
with versions as (
    select
        records.customer_key,
        customers.source_record_count,
        concat(
            cast(1000000 + coalesce(sources.priority, 0) as {{ text }}), '|', coalesce(cast(versions.updated_at as {{ text }}), ''),
            '|', cast(9000000000000000000 - versions.record_key as {{ text }})
        ) as standing,
        versions.*
    from {{ ref('int_customer_versions') }} as versions
    inner join {{ ref('int_run_settings') }} as settings
        on versions.valid_from <= settings.as_of_date and versions.valid_to > settings.as_of_date
    inner join {{ ref('int_records_resolved') }} as records
        on versions.record_key = records.record_key and settings.as_of_date >= records.exists_from
    inner join {{ ref('int_customers') }} as customers on records.customer_key = customers.customer_key
    left join {{ ref('source_settings') }} as sources on versions.source_system = sources.source_system
),

survived as (
    select
        customer_key,
        source_system
        {%- for field in fields %},
        {{ field }}
        {%- endfor %}
    from versions
    where source_record_count = 1
    union all
    select
        customer_key,
        max_by(source_system, case when account_owner is not null then standing else concat('0', standing) end)
        {%- for field in fields %},
        max_by({{ field }}, case when {{ field }} is not null then standing end)
        {%- endfor %}
    from versions
    where source_record_count > 1
    group by customer_key
),

aged as (
    select
        survived.*,
        {{ times('survived.annual_income', 'rates.rate') }} as income_amount,
        cast(
            extract(year from settings.as_of_date) - extract(year from survived.birth_date)
            - case
                when extract(month from settings.as_of_date) * 100 + extract(day from settings.as_of_date)
                    < extract(month from survived.birth_date) * 100 + extract(day from survived.birth_date) then 1
                else 0
            end as integer
        ) as age_years
    from survived
    cross join {{ ref('int_run_settings') }} as settings
    left join {{ ref('int_rates_now') }} as rates on coalesce(survived.currency, settings.reporting_currency) = rates.currency
),

{# Stated in one currency, compared in the reporting one. #}
income_bands as (
    select
        bands.code,
        {{ times('bands.lower_bound', 'rates.rate') }} as lower_amount,
        {{ times('bands.upper_bound', 'rates.rate') }} as upper_amount
    from {{ ref('int_bands') }} as bands
    inner join {{ ref('int_rates_now') }} as rates on bands.unit = rates.currency
    where bands.band_family = 'income_band'
)

select
    aged.*,
    size_bands.code as size_band,
    age_bands.code as age_band,
    income_bands.code as income_band
from aged
{%- for family, value in [('size', 'employee_count'), ('age', 'age_years')] %}
left join {{ ref('int_bands') }} as {{ family }}_bands
    on {{ family }}_bands.band_family = '{{ family }}_band'
    and aged.{{ value }} >= {{ family }}_bands.lower_bound and aged.{{ value }} < {{ family }}_bands.upper_bound
{%- endfor %}
left join income_bands on aged.income_amount >= income_bands.lower_amount and aged.income_amount < income_bands.upper_amount
