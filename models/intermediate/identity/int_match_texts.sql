{#
    Grain: version of a source record. Its name, tax number and address in the form in which records are compared, beside the
    rest of what may link them. NULL if nothing is left.
#}
select
    versions.record_key,
    names.name_key,
    versions.email,
    versions.phone,
    nullif({{ replaced("upper(versions.tax_id)", '[^0-9A-Z]', '') }}, '') as tax_key,
    cast(versions.birth_date as {{ dbt.type_string() }}) as birth_date,
    case
        when versions.postal_code is not null and versions.address is not null
            then concat_ws(' ', {{ replaced("lower(versions.postal_code)", '[ -]', '') }}, addresses.name_key)
    end as address_key
from {{ ref('int_customer_versions') }} as versions
left join {{ ref('int_match_names') }} as names on versions.name = names.given_text
left join {{ ref('int_match_names') }} as addresses on versions.address = addresses.given_text
