{#
    Grain: one customer at the as-of date, with what of its attributes may be published: names of persons masked, owners that `staff`
    lists, regions that are one, words that many share.
#}
{%- set words = ['region', 'city', 'occupation', 'education_level', 'acquisition_channel', 'preferred_channel'] %}
with staff as (
    select distinct staff_ref from {{ ref('int_staff_unioned') }} where record_status = 'accepted'
),

picked as (
    select
        customer_key,
        nullif({{ joined_text("case when word_kind = 'interests' then word end", ';', 'word') }}, '') as interests,
        nullif({{ joined_text("case when word_kind = 'needs' then word end", ';', 'word') }}, '') as needs
    from {{ ref('int_words_published') }}
    group by customer_key
)

select
    attributes.customer_key,
    names.display_name,
    case
        when staff.staff_ref is not null and instr(staff.staff_ref, '@') = 0 then staff.staff_ref
        when attributes.account_owner is not null then {{ keyed_text(key_text('attributes.source_system', 'attributes.account_owner')) }}
    end as account_owner,
    attributes.country as country_code,
    coalesce(countries.market, 'unknown') as market,
    case
        when region_names.region_code is not null then attributes.region
        else {{ published_word('attributes.region', 'region') }}
    end as region,
    region_names.region_code,
    attributes.industry,
    attributes.size_band,
    attributes.age_band,
    attributes.gender,
    attributes.income_band,
    picked.interests,
    picked.needs
    {%- for word in words if word != 'region' %},
    {{ published_word('attributes.' ~ word, word) }} as {{ word }}
    {%- endfor %}
from {{ ref('int_customer_attributes') }} as attributes
left join {{ ref('int_display_names') }} as names on attributes.customer_key = names.customer_key
left join picked on attributes.customer_key = picked.customer_key
left join staff on attributes.account_owner = staff.staff_ref
left join {{ ref('countries') }} as countries on attributes.country = countries.country_code
left join {{ ref('region_names') }} as region_names
    on attributes.country = region_names.country_code and lower(attributes.region) = region_names.region_name
{%- for word in words %}
{{ join_word('attributes.' ~ word, word) }}
{%- endfor %}
