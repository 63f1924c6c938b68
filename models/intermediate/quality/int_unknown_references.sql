{#
    Grain: raw table x column that names a customer x rule: how many accepted records of it name one that no record is, or
    a lead what it cannot have become.
#}
with converting as (
    select distinct versions.raw_table, leads.record_key, leads.problem
    from {{ ref('int_leads_converted') }} as leads
    inner join {{ ref('int_customer_versions') }} as versions
        on leads.record_key = versions.record_key and versions.converted_to_record_key is not null
    where leads.problem is not null
)

select
    referring.raw_table,
    referring.contract_table,
    'customer_ref' as column_name,
    'unknown_customer' as rule_code,
    cast(count(*) as bigint) as row_count
from {{ ref('int_references_unioned') }} as referring
left join {{ ref('int_records') }} as records on referring.record_key = records.record_key
where records.record_key is null
group by referring.raw_table, referring.contract_table
union all
select raw_table, 'customers', 'converted_to_customer_ref', problem, cast(count(*) as bigint)
from converting
group by raw_table, problem
