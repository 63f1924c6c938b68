{#
    Grain: one value or customer that identity resolution set aside: a value that too many records share to tell anything,
    a component that was cut because it is too large, a record that an override keeps apart. Values are shown as hashes with the key of
    the warehouse: of an address without one, whoever has a list of addresses would find it.
#}
select
    'shared_value' as exception_kind,
    shared.key_kind,
    md5(concat(run.pseudonym_key, '|', {{ bigint_to_hex('shared.value_key') }})) as exception_ref,
    shared.record_count
from {{ ref('int_match_values_counted') }} as shared
cross join {{ source('grading', 'run') }} as run
where shared.is_shared
union all
select
    'component_cut',
    cast(null as {{ dbt.type_string() }}),
    {{ customer_id('component_key') }},
    max(component_records)
from {{ ref('int_components_cut') }}
where is_cut
group by component_key
union all
select
    'kept_apart',
    cast(null as {{ dbt.type_string() }}),
    {{ customer_id('record_key') }},
    cast(1 as integer)
from {{ ref('int_components_cut') }}
where stands_alone and not is_cut
