{# Grain: one ticket, of any source and with any status. #}
{%- set contract = source_contract('landing', 'tickets') -%}
with recorded as (
    select * from {{ ref('stg_landing__tickets') }}
    union all
    select * from {{ ref('stg_zoho_crm__case') }}
    union all
    select * from {{ ref('stg_fxiaoke__cases') }}
),

{{ resolve_records('recorded', contract) }}

select
    resolved.*,
    {{ record_key('coalesce(customer_ref_source_system, source_system)', 'customer_ref') }} as record_key,
    coalesce(order_ref_source_system, source_system) as order_source_system,
    cast(opened_at as date) as opened_date
from resolved
