{# Text expressions for the columns of source systems: what renaming cannot do. #}

{# Epoch time in the given parts of a second as ISO text in UTC; any other text, as in an Excel export, as it is. #}
{% macro epoch_or_text(expression, per_second) -%}
    case
        when {{ matches(expression, '^[0-9]{' ~ (13 if per_second == 1000 else 16) ~ '}$') }} then {{ epoch_text(expression, per_second) }}
        else {{ trimmed(expression) }}
    end
{%- endmacro %}

{# The only or first value of an array that was landed as JSON text, ["1007"]; other text as it is. #}
{% macro first_of_array(expression) -%}
    {{ trimmed(replaced("translate(" ~ expression ~ ", '[]\"', '')", ',.*$', '')) }}
{%- endmacro %}

{# Minutes, as text, of a duration "mm:ss"; a plain number of minutes as it is. #}
{% macro minutes_of_clock(expression) -%}
    case
        when {{ matches(expression, '^[0-9]{1,4}:[0-5][0-9]$') }}
            then cast(
                cast({{ replaced(expression, ':.*$', '') }} as decimal(10, 4))
                + cast(cast({{ replaced(expression, '^.*:', '') }} as double) / 60 as decimal(10, 4)) as {{ dbt.type_string() }}
            )
        else {{ trimmed(expression) }}
    end
{%- endmacro %}

{# The source system whose customers and orders the web site's user ids and transaction ids name, as a SQL literal. #}
{% macro web_shop_source() -%}
    {{ sql_literal(var("web_shop_source")) }}
{%- endmacro %}

{# Place, columns, their texts and problems, of a relation made by `standardize_columns`, some of them replaced: {name: expression}. #}
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

{# The first of several fields of JSON objects that is there: [[column, path], ...]. #}
{% macro first_json_field(places) -%}
    coalesce({% for column, path in places %}{{ json_field(column, path) }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
