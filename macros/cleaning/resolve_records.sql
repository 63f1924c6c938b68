{#
    The status of every record of an entity, over all its raw tables; CTEs, the last of which is `resolved`. First match:
    rejected (a broken rule whose severity in `data_quality_rules` is reject; the nearest row decides: of the table and column,
    of the table, of the column, of all), merged_equal (same typed values as another), merged_superseded (same key, smaller
    updated_at), rejected as conflicting_duplicate (same key and updated_at, other content: all of them), accepted.

    Rejected records do not compete; keys are unique within a source system. Only keys that occur twice are sorted: windows
    over all rows would cost more than everything else here together.

    relation    a CTE or model of validated records
    contract    what `source_contract` says of the landing table
#}
{% macro resolve_records(relation, contract) %}
{%- set identity = ['source_system'] + contract.key -%}
{%- set places = ['raw_table', '_file', '_line'] -%}
broken_pairs as (
    select rule_codes, {{ exploded('rule_codes', ';') }} as pair
    from (select distinct rule_codes from {{ relation }} where rule_codes is not null) as distinct_codes
),

judged_pairs as (
    select
        broken_pairs.rule_codes,
        max_by(
            rules.severity,
            case when rules.source_table = '*' then 0 else 2 end + case when rules.column_name = '*' then 0 else 1 end
        ) as severity
    from broken_pairs
    inner join {{ ref('data_quality_rules') }} as rules
        on rules.rule_code = {{ replaced('broken_pairs.pair', '^[^:]*:', '') }}
        and rules.column_name in ('*', {{ replaced('broken_pairs.pair', ':.*$', '') }})
        and rules.source_table in ('*', '{{ contract.contract_name }}')
    group by broken_pairs.rule_codes, broken_pairs.pair
),

rejecting as (
    select distinct rule_codes from judged_pairs where severity = 'reject'
),

validated_records as (
    select
        {{ relation }}.*,
        rejecting.rule_codes is not null as is_rejected
    from {{ relation }}
    left join rejecting on {{ relation }}.rule_codes = rejecting.rule_codes
),

repeated_keys as (
    select {{ identity | join(', ') }}
    from validated_records
    where not is_rejected
    group by {{ identity | join(', ') }}
    having count(*) > 1
),

duplicates as (
    select
        {%- for name in places + identity %}
        records.{{ name }},
        {%- endfor %}
        {% for name in contract.key %}records.{{ name }} is not null{{ ' and ' if not loop.last }}{% endfor %} as has_whole_key,
        coalesce(records.updated_at, timestamp '0001-01-01 00:00:00') as version_at,
        {{ row_digest(contract.columns | map(attribute='name') | list, 'records') }} as content
    from validated_records as records
    inner join repeated_keys
        on {% for name in identity %}records.{{ name }} is not distinct from repeated_keys.{{ name }}{{ ' and ' if not loop.last }}{% endfor %}
    where not records.is_rejected
),

versions as (
    select
        duplicates.*,
        row_number() over (partition by {{ identity | join(', ') }}, content order by {{ places | join(', ') }}) as copy_number,
        min(content) over (partition by {{ identity | join(', ') }}, version_at)
        <> max(content) over (partition by {{ identity | join(', ') }}, version_at) as is_contradicted
    from duplicates
),

resolutions as (
    select
        {{ places | join(', ') }},
        case
            when copy_number > 1 then 'merged_equal'
            {%- if not contract.is_versioned %}
            when has_whole_key and version_at < max(case when not is_contradicted then version_at end)
                over (partition by {{ identity | join(', ') }}) then 'merged_superseded'
            {%- endif %}
            when has_whole_key and is_contradicted then 'conflicting_duplicate'
        end as resolution
    from versions
),

resolved as (
    select
        records.raw_table,
        records._file,
        records._line,
        {%- for column in contract.columns %}
        records.{{ column.name }},
        {%- endfor %}
        case
            when resolutions.resolution = 'conflicting_duplicate'
                then concat_ws(';', records.rule_codes, '{{ contract.key[0] }}:conflicting_duplicate')
            else records.rule_codes
        end as rule_codes,
        records.rule_breaks,
        case
            when records.is_rejected or resolutions.resolution = 'conflicting_duplicate' then 'rejected'
            else coalesce(resolutions.resolution, 'accepted')
        end as record_status
    from validated_records as records
    left join resolutions
        on records.raw_table = resolutions.raw_table
        and records._file = resolutions._file
        and records._line = resolutions._line
)
{%- endmacro %}
