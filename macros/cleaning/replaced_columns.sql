{#
    Place, columns, their texts and problems, of a relation made by `standardize_columns`, some of them replaced: {name:
    expression}.
#}
{% macro replaced_columns(contract, relation, replacements) %}
        {{ relation }}.raw_table,
        {{ relation }}._file,
        {{ relation }}._line
    {%- for column in contract.columns -%}
    {%- for name in [column.name] + ([column.name ~ '__text'] if has_text(column) else []) + ([column.name ~ '__problem'] if has_problem(column) else []) -%},
        {{ replacements.get(name, relation ~ '.' ~ name) }} as {{ name }}
    {%- endfor -%}
    {%- endfor %}
{%- endmacro %}
