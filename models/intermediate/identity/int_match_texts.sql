{#
    Grain: version of a source record. Its name, tax number and address in the form in which records are compared, beside the
    rest of what may link them. NULL if nothing is left. A table, since DuckDB moves what the readers of a CTE filter by into
    it, and would compare every name and address twice.
#}
select
    record_key,
    {{ name_key('name') }} as name_key,
    email,
    phone,
    nullif({{ replaced("upper(tax_id)", '[^0-9A-Z]', '') }}, '') as tax_key,
    cast(birth_date as {{ dbt.type_string() }}) as birth_date,
    case
        when postal_code is not null and address is not null
            then concat_ws(' ', {{ replaced("lower(postal_code)", '[ -]', '') }}, {{ name_key('address') }})
    end as address_key
from {{ ref('int_customer_versions_unioned') }}
