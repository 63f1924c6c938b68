{#
    The fate of every record of a raw table, first match: rejected (a violation whose severity in `data_quality_rules`
    is reject), merged_equal (same typed values as another), merged_superseded (same key, smaller updated_at), rejected
    as conflicting_duplicate (same key and updated_at, other content: all of them), accepted. Rejected records do not
    compete. Rows that are later found to be `waiting` are accepted here.

    relation    name of a CTE made from `typed_columns`
    table       what `landed_table` says of the raw table
    rules       further rules of the model: [[column, rule code, condition], ...]

    Adds rule_codes ('column:rule' pairs joined by ;, NULL if clean) and fate. Only keys that occur twice are sorted:
    windows over all rows cost more than everything else here together.
#}
{% macro judged(relation, table, rules=[]) %}
{%- set columns, key = table.columns, table.key -%}
{#- A column that nothing feeds breaks no rule, unless it is required. -#}
{%- set checked = [] -%}
{%- for column in columns -%}
    {%- set is_required = column.config.meta.get('is_required', false) -%}
    {%- if is_required or column.name in table.feeds and column.data_type not in ('text', 'name') -%}
        {%- do checked.append(column.name) -%}
    {%- endif -%}
{%- endfor -%}
{%- set severities = rule_severities(table.contract_name, checked + rules | map('first') | list) -%}
{%- set violations = [] -%}
{%- for column in columns if column.name in checked -%}
    {%- for code in possible_problems(column) if severities.get((column.name, code)) == 'reject' -%}
        {%- do violations.append(column.name ~ "__problem = '" ~ code ~ "'") -%}
    {%- endfor -%}
{%- endfor -%}
{%- for column, code, condition in rules if severities.get((column, code)) == 'reject' -%}
    {%- do violations.append('(' ~ condition ~ ')') -%}
{%- endfor -%}
{%- set identity = ['source_system'] + key -%}
{%- if not holds_rows(table.source_name, table.table_name) %}
    select
        _file,
        _line,
        {%- for column in columns %}
        {{ column.name }},
        {%- endfor %}
        cast(null as {{ dbt.type_string() }}) as rule_codes,
        cast(null as {{ dbt.type_string() }}) as fate
    from {{ relation }}
{%- else %}
    with weighed as (
        select
            records.*,
            {%- if checked or rules %}
            nullif(concat_ws(';'
                {%- for name in checked %},
                '{{ name }}:' || {{ name }}__problem
                {%- endfor %}
                {%- for column, code, condition in rules %},
                case when {{ condition }} then '{{ column }}:{{ code }}' end
                {%- endfor %}
            ), '') as broken_rules,
            coalesce({{ violations | join('
                or ') or 'false' }}, false) as is_violation
            {%- else %}
            cast(null as {{ dbt.type_string() }}) as broken_rules,
            false as is_violation
            {%- endif %}
        from {{ relation }} as records
    ),

    repeated as (
        select {{ identity | join(', ') }}
        from weighed
        where not is_violation
        group by {{ identity | join(', ') }}
        having count(*) > 1
    ),

    contenders as (
        select weighed.*
        from weighed
        inner join repeated
            on {% for name in identity %}weighed.{{ name }} is not distinct from repeated.{{ name }}{{ ' and ' if not loop.last }}{% endfor %}
        where not weighed.is_violation
    ),

    {{ rulings_on('contenders', table) | indent(4) }}

    select
        weighed._file,
        weighed._line,
        {%- for column in columns %}
        weighed.{{ column.name }},
        {%- endfor %}
        case
            when rulings.ruling = 'conflicting_duplicate'
                then concat_ws(';', weighed.broken_rules, '{{ key[0] }}:conflicting_duplicate')
            else weighed.broken_rules
        end as rule_codes,
        case
            when weighed.is_violation or rulings.ruling = 'conflicting_duplicate' then 'rejected'
            else coalesce(rulings.ruling, 'accepted')
        end as fate
    from weighed
    left join rulings
        on weighed._file = rulings._file and weighed._line = rulings._line
{%- endif %}
{% endmacro %}

{#
    CTEs `versions` and `rulings` over records that share their keys and compete: which of them are copies, older versions,
    or contradict one of the same key and time. `rulings` has the place of each record (_file, _line, and before them the
    columns in `place`) and its ruling, NULL for those that count.
#}
{% macro rulings_on(relation, table, place=[]) -%}
{%- set identity = ['source_system'] + table.key -%}
{%- set places = place + ['_file', '_line'] -%}
versions as (
    select
        competing.*,
        row_number() over (partition by {{ identity | join(', ') }}, content order by {{ places | join(', ') }}) as copy_number,
        min(content) over (partition by {{ identity | join(', ') }}, version_at)
        <> max(content) over (partition by {{ identity | join(', ') }}, version_at) as is_contradicted
    from (
        select
            {%- for name in places + identity %}
            {{ relation }}.{{ name }},
            {%- endfor %}
            {% for name in table.key %}{{ relation }}.{{ name }} is not null{{ ' and ' if not loop.last }}{% endfor %} as has_whole_key,
            coalesce({{ relation }}.updated_at, timestamp '0001-01-01 00:00:00') as version_at,
            {{ row_digest(table.columns | map(attribute='name') | list, relation) }} as content
        from {{ relation }}
    ) as competing
),

rulings as (
    select
        {{ places | join(', ') }},
        case
            when copy_number > 1 then 'merged_equal'
            {%- if not table.is_versioned %}
            when has_whole_key and version_at < max(case when not is_contradicted then version_at end)
                over (partition by {{ identity | join(', ') }}) then 'merged_superseded'
            {%- endif %}
            when has_whole_key and is_contradicted then 'conflicting_duplicate'
        end as ruling
    from versions
)
{%- endmacro %}

{#
    (column, rule code) -> severity, for the named columns of a landing table. What the seed says of one table or column
    wins over what it says of all, the table first. Empty where the seed is not built yet.
#}
{% macro rule_severities(contract_name, column_names) %}
    {%- set severities = {} -%}
    {%- for table, column, code, severity in quality_rules() if table in ('*', contract_name) -%}
        {%- for name in (column_names if column == '*' else [column]) -%}{%- do severities.update({(name, code): severity}) -%}{%- endfor -%}
    {%- endfor -%}
    {{ return(severities) }}
{% endmacro %}

{# The seed's rules, [table, column, code, severity], the general ones first. Asked once a run, as `graph` is all that lasts through it. #}
{% macro quality_rules() %}
    {%- set seed = ref('data_quality_rules') -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- if not graph.quality_rules and adapter.get_relation(seed.database, seed.schema, seed.identifier) -%}
        {%- set found = run_query(
            "select source_table, column_name, rule_code, severity from " ~ seed
            ~ " order by case when source_table = '*' then 0 else 1 end, case when column_name = '*' then 0 else 1 end, rule_code"
        ) -%}
        {%- do graph.update({'quality_rules': found.rows | list}) -%}
    {%- endif -%}
    {{ return(graph.get('quality_rules', [])) }}
{% endmacro %}
