{#
    Grain: raw table x landing table that it feeds x column x rule that records of it broke, with its severity and
    dimension there. What the rules seed says of one table and column wins over what it says of all.
#}
with parts as (
    select source_name, source_table, contract_table, row_count, {{ exploded('rule_codes', ';') }} as pair
    from {{ ref('int_rule_breaks_counted') }}
    where rule_codes <> ''
),

broken as (
    select
        source_name,
        source_table,
        contract_table,
        {{ replaced('pair', ':.*$', '') }} as column_name,
        {{ replaced('pair', '^[^:]*:', '') }} as rule_code,
        cast(sum(row_count) as bigint) as failed_rows
    from parts
    group by source_name, source_table, contract_table, pair
    union all
    select source_name, source_table, contract_table, column_name, rule_code, row_count
    from {{ ref('int_later_rule_breaks') }}
),

ranked as (
    select
        broken.*,
        rules.severity,
        rules.dimension,
        row_number() over (
            partition by broken.source_name, broken.source_table, broken.contract_table, broken.column_name, broken.rule_code
            order by
                case when rules.source_table = '*' then 1 else 0 end,
                case when rules.column_name = '*' then 1 else 0 end
        ) as position
    from broken
    left join {{ ref('data_quality_rules') }} as rules
        on broken.rule_code = rules.rule_code
        and rules.source_table in ('*', broken.contract_table)
        and rules.column_name in ('*', broken.column_name)
)

select
    source_name,
    source_table,
    contract_table,
    column_name,
    rule_code,
    coalesce(dimension, 'validity') as dimension,
    coalesce(severity, 'accept') as severity,
    failed_rows
from ranked
where position = 1
