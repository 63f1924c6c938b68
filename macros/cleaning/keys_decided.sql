{#
    The fate of every record whose key stands in several raw tables of one source system, decided as within one table: an
    export of accounts and one of leads may hold one id, a landed file rows of a CRM that is landed beside it. All records
    of such a key that compete are here, with their fate and codes; those of other keys stay as staging left them.
#}
{% macro keys_decided(contract_name) -%}
{%- set tables = raw_tables_with_rows(contract_name) -%}
{%- if tables | length < 2 or not execute %}
    select
        {%- for name in ('raw_table', '_file', 'rule_codes', 'fate') %}
        cast(null as {{ dbt.type_string() }}) as {{ name }},
        {%- endfor %}
        cast(null as bigint) as _line
    where false
{%- for source_name, table_name, _ in tables -%}{%- do ref('stg_' ~ source_name ~ '__' ~ table_name) -%}{%- endfor -%}
{%- else -%}
{%- set table = landed_table('landing', contract_name) -%}
{%- set identity = ['source_system'] + table.key -%}
{%- set competes = "(fate <> 'rejected' or instr(rule_codes, ':conflicting_duplicate') > 0)" -%}
with keys as (
    {%- for source_name, table_name, _ in tables %}
    select '{{ source_name }}.{{ table_name }}' as raw_table, {{ identity | join(', ') }}
    from {{ ref('stg_' ~ source_name ~ '__' ~ table_name) }}
    where {{ competes }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

shared as (
    select {{ identity | join(', ') }}
    from keys
    where {% for name in identity %}{{ name }} is not null{{ ' and ' if not loop.last }}{% endfor %}
    group by {{ identity | join(', ') }}
    having min(raw_table) <> max(raw_table)
),

contenders as (
    {%- for source_name, table_name, _ in tables %}
    select '{{ source_name }}.{{ table_name }}' as raw_table, staged.*
    from {{ ref('stg_' ~ source_name ~ '__' ~ table_name) }} as staged
    inner join shared
        on {% for name in identity %}staged.{{ name }} = shared.{{ name }}{{ ' and ' if not loop.last }}{% endfor %}
    where {{ competes }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

{{ rulings_on('contenders', table, ['raw_table']) }}

select
    contenders.raw_table,
    contenders._file,
    nullif(concat_ws(';',
        nullif({{ replaced('contenders.rule_codes', ';?' ~ table.key[0] ~ ':conflicting_duplicate', '') }}, ''),
        case when rulings.ruling = 'conflicting_duplicate' then '{{ table.key[0] }}:conflicting_duplicate' end
    ), '') as rule_codes,
    case
        when rulings.ruling = 'conflicting_duplicate' then 'rejected'
        else coalesce(rulings.ruling, 'accepted')
    end as fate,
    contenders._line
from contenders
inner join rulings
    on contenders.raw_table = rulings.raw_table
    and contenders._file = rulings._file
    and contenders._line = rulings._line
{%- endif %}
{%- endmacro %}
