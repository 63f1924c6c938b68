{#
    Grain: one linked record with its component and whether it stands alone after all: its component is larger than the
    criteria allow, or an override says that it is never the same customer as another of it.
#}
with limits as (
    select cast(numbers.value as integer) as max_records
    from {{ ref('int_run_settings') }} as settings
    inner join {{ ref('int_criteria_periods') }} as periods
        on settings.as_of_date >= periods.valid_from and settings.as_of_date < periods.valid_to
    inner join {{ ref('criteria_numbers') }} as numbers
        on periods.criteria_version = numbers.criteria_version and numbers.name = 'identity_max_records' and numbers.customer_kind = 'all'
),

never as (
    select
        {{ record_key('source_system', 'customer_ref') }} as record_key,
        {{ record_key('other_source_system', 'other_customer_ref') }} as other_key
    from {{ ref('identity_overrides') }}
    where verdict = 'never'
),

kept_apart as (
    select distinct never.other_key as record_key
    from never
    inner join {{ ref('int_components') }} as components on never.record_key = components.record_key
    inner join {{ ref('int_components') }} as others
        on never.other_key = others.record_key and components.component_key = others.component_key
),

sized as (
    select component_key, cast(count(*) as integer) as record_count
    from {{ ref('int_components') }}
    group by component_key
)

select
    components.record_key,
    components.component_key,
    sized.record_count as component_records,
    sized.record_count > limits.max_records as is_cut,
    sized.record_count > limits.max_records or kept_apart.record_key is not null as stands_alone
from {{ ref('int_components') }} as components
inner join sized on components.component_key = sized.component_key
cross join limits
left join kept_apart on components.record_key = kept_apart.record_key
