{#
    Grain: one accepted version of a customer record, valid from a day to the day before the next. Before its first version a
    customer has the attributes of that one, so the first is valid from the beginning of time.
#}
with versions as (
    select
        raw_table,
        source_system,
        customer_ref,
        record_key,
        parent_record_key,
        converted_to_record_key,
        nullif(customer_kind, 'unknown') as customer_kind,
        coalesce(record_role, 'account') as record_role,
        name,
        email,
        phone,
        tax_id,
        website,
        birth_date,
        nullif(gender, 'unknown') as gender,
        occupation,
        education_level,
        annual_income,
        interests,
        needs,
        country,
        region,
        city,
        postal_code,
        address,
        nullif(industry, 'unknown') as industry,
        industry is not null as has_industry,
        employee_count,
        annual_revenue,
        currency,
        credit_rating,
        credit_limit,
        insured_credit_limit,
        cast(credit_reviewed_at as date) as credit_reviewed_date,
        coalesce(is_reference_customer, false) as is_reference_customer,
        market_share,
        social_followers,
        acquisition_channel,
        preferred_channel,
        account_owner,
        coalesce(is_channel_partner, false) as is_channel_partner,
        coalesce(is_test, false) as is_test,
        -- A refusal that cannot be read is a refusal.
        coalesce(do_not_contact, instr(coalesce(rule_codes, ''), 'do_not_contact:') > 0) as is_not_contacted,
        coalesce(email_opt_out, instr(coalesce(rule_codes, ''), 'email_opt_out:') > 0) as is_email_opted_out,
        created_at,
        updated_at,
        row_number() over (partition by record_key order by updated_at nulls first) as version_number,
        lead(cast(updated_at as date)) over (partition by record_key order by updated_at nulls first) as next_from
    from {{ ref('int_customers_unioned') }}
    where record_status = 'accepted'
)

select
    versions.*,
    case when version_number = 1 then date '0001-01-01' else cast(updated_at as date) end as valid_from,
    coalesce(next_from, date '9999-12-31') as valid_to
from versions
