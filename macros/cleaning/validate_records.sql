{#
    The contract columns of each record, and the rules that it breaks: `rule_codes`, 'column:rule' pairs joined by ;, NULL if
    it breaks none, and `rule_breaks`, 'column:rule=text' joined by the record separator, with the text that breaks the rule.
    What a broken rule does to the record is the severity in `data_quality_rules`; `resolve_records` looks it up.

    relation    a CTE made by `standardize_columns`; or, where `continues`, one of validated records, whose codes are kept
    contract    what `source_contract` says
    rules       further rules of the model: [[column, rule code, condition], ...]
#}
{% macro validate_records(relation, contract, rules=[], continues=false) %}
{%- set codes, breaks, mark = [], [], "'" ~ record_separator() ~ "'" -%}
{%- if continues -%}
    {%- do codes.append('rule_codes') -%}
    {%- do breaks.append('rule_breaks') -%}
{%- else -%}
    {%- for column in contract.columns if has_problem(column) and (column.name in contract.feeds or column.config.meta.get('is_required', false)) -%}
        {%- do codes.append("'" ~ column.name ~ ":' || " ~ column.name ~ '__problem') -%}
        {%- do breaks.append("'" ~ column.name ~ ":' || " ~ column.name ~ "__problem || '=' || " ~ broken_text(column, false)) -%}
    {%- endfor -%}
{%- endif -%}
{%- for name, code, condition in rules -%}
    {%- do codes.append("case when " ~ condition ~ " then '" ~ name ~ ':' ~ code ~ "' end") -%}
    {%- for column in contract.columns if column.name == name -%}
        {%- do breaks.append("case when " ~ condition ~ " then '" ~ name ~ ':' ~ code ~ "=' || " ~ broken_text(column, continues) ~ ' end') -%}
    {%- endfor -%}
{%- endfor %}
    select
        raw_table,
        _file,
        _line,
        {%- for column in contract.columns %}
        {{ column.name }},
        {%- endfor %}
        broken_rules as rule_codes,
        case
            when broken_rules is not null then nullif(concat_ws({{ mark }}
                {%- for text in breaks %},
                {{ text }}
                {%- endfor %}
            ), '')
        end as rule_breaks
    from (
        select
            {{ relation }}.*,
            nullif(concat_ws(';'
                {%- for code in codes %},
                {{ code }}
                {%- endfor %}
            ), '') as broken_rules
        from {{ relation }}
    ) as checked
{% endmacro %}

{# The text of a column that breaks a rule, without what divides such texts. #}
{% macro broken_text(column, is_typed) -%}
    {%- set text = column.name ~ '__text' if has_text(column) and not is_typed else column.name -%}
    coalesce(translate(cast({{ text }} as {{ dbt.type_string() }}), '{{ record_separator() }}', ' '), '')
{%- endmacro %}
